/** Chance played back: what another implementation drew, in the order in which ours draws it. */
import type { Random } from '../util/prng.ts'

/** A stream whose normal deviates are these; nothing else can be drawn from it, nor more than there are. */
export function recordedNormals(values: readonly number[]): Random {
  let drawn = 0
  return {
    ...nothing,
    normal: () => values[drawn++] ?? exhausted(),
  }
}

/** A stream from which `permutation` of util/prng.ts, a Fisher-Yates shuffle from the last place down, draws `order`. */
export function recordedPermutation(order: readonly number[]): Random {
  const current = order.map((_, i) => i)
  let last = order.length - 1
  return {
    ...nothing,
    below(bound) {
      if (bound !== last + 1) exhausted()
      const from = current.indexOf(order[last] ?? -1)
      if (from < 0) exhausted()
      current[from] = current[last] ?? -1
      last--
      return from
    },
  }
}

const nothing: Random = { uniform: exhausted, below: exhausted, normal: exhausted, bytes: exhausted }

function exhausted(): never {
  throw new RangeError('more chance is drawn than was recorded, or of another kind')
}
