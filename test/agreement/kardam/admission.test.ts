/** What the filters promise, whatever f workers say, how often, and whoever is silent; without a network. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admission, type Taken } from '../../../src/agreement/kardam/admission.ts'
import { permutation, type Random, seededRandom } from '../../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'

const dimension = 3
const sizes = [
  { n: 4, f: 1, perUpdate: 1 },
  { n: 7, f: 2, perUpdate: 1 },
  { n: 9, f: 2, perUpdate: 3 },
  { n: 10, f: 3, perUpdate: 1 },
  { n: 6, f: 0, perUpdate: 4 },
] as const

interface Play {
  readonly n: number
  readonly f: number
  readonly perUpdate: number
  readonly random: Random
  /** Answers of liars between two of honest workers. */
  readonly flood: number
  /** Whether liars say nothing at all. */
  readonly isSilent?: boolean
  readonly updates: number
}

interface Update {
  readonly taken: readonly Taken[]
  /** Honest workers that had answered when the update was full. */
  readonly honest: number
  readonly longestHonest: number
}

/**
 * The first f workers lie: answers of any length, from 1e-6 to 1e6, at any time. In every update honest workers answer once
 * each, in an order of their own, until it is full: near the gradient of 0.5 ||theta||^2, with noise that is at times no noise.
 */
function play({ n, f, perUpdate, random, flood, isSilent = false, updates }: Play): Update[] {
  const admission = new Admission({ n, f, perUpdate })
  let model = new Float32Array(dimension).fill(1)
  let before: Float32Array | undefined
  const noise = random.below(2) * 0.3
  const done: Update[] = []
  for (let step = 1; step <= updates; step++) {
    admission.begin()
    const taken: Taken[] = []
    const say = (worker: number, gradient: Float32Array) => {
      if (admission.isFull) return
      taken.push(...admission.judge({ worker: `${worker}`, step, gradient, model }, { model, before }).taken)
    }
    const lie = () => {
      const length = 10 ** (12 * random.uniform() - 6)
      say(
        random.below(f),
        Float32Array.from({ length: dimension }, () => length * random.normal()),
      )
    }
    let longestHonest = 0
    let honest = 0
    for (const i of permutation(n - f, random)) {
      for (let k = 0; k < flood && f > 0 && !isSilent; k++) lie()
      if (admission.isFull) break
      const gradient = model.map((x) => x + noise * random.normal())
      longestHonest = Math.max(longestHonest, Math.hypot(...gradient))
      honest += 1
      say(f + i, gradient)
    }
    assert.ok(admission.isFull, `update ${step} has only ${taken.length} gradients`)
    done.push({ taken, honest, longestHonest })
    before = model
    // The model goes wherever it is sent, but not so far that float32 ends.
    model = model.map((x, k) => {
      const moved = taken.reduce((sum, { gradient }) => sum - 0.1 * (gradient[k] ?? 0), x)
      return Math.max(-1e9, Math.min(1e9, moved))
    })
  }
  return done
}

seeded(
  'any 2f+1 gradients taken in a row come from as many workers, however liars flood',
  ({ seed }) => {
    for (const size of sizes) {
      const random = seededRandom(seed, 'play', size.n)
      const workers = play({ ...size, random, flood: seed % 4, updates: 60 }).flatMap(({ taken }) =>
        taken.map(({ worker }) => worker),
      )
      const row = 2 * size.f + 1
      for (let i = 0; i + row <= workers.length; i++)
        assert.equal(new Set(workers.slice(i, i + row)).size, row, `n = ${size.n}, from ${i}`)
    }
  },
  { seeds: seedsUpTo(40) },
)

seeded(
  'an update has its gradients once n - f workers have answered: f silent ones stop nothing',
  ({ seed }) => {
    for (const size of sizes) {
      const random = seededRandom(seed, 'silence', size.n)
      const updates = play({ ...size, random, flood: 0, isSilent: true, updates: 60 })
      assert.ok(updates.every(({ taken }) => taken.length === size.perUpdate))
    }
  },
  { seeds: seedsUpTo(40) },
)

seeded(
  'what goes past the Lipschitz filter is no longer than an honest gradient, though liars may be a million times as long',
  ({ seed }) => {
    for (const size of sizes) {
      const random = seededRandom(seed, 'length', size.n)
      for (const { taken, longestHonest } of play({ ...size, random, flood: 2, updates: 60 }))
        for (const { isEscape, gradient } of taken)
          if (isEscape)
            assert.ok(
              Math.hypot(...gradient) <= longestHonest * (1 + 1e-6),
              `${gradient} and ${longestHonest}`,
            )
    }
  },
  { seeds: seedsUpTo(40) },
)

test('one attacker that floods has no more than its share of what is taken: one of 2f+1', () => {
  for (const { n, f } of [
    { n: 4, f: 1 },
    { n: 7, f: 2 },
    { n: 10, f: 3 },
  ]) {
    const admission = new Admission({ n, f, perUpdate: 1 })
    const random = seededRandom(n, 'flood')
    const taken: string[] = []
    let model = Float32Array.of(1)
    let before: Float32Array | undefined
    for (let turn = 0, step = 1; taken.length < 52; turn++) {
      const isLiar = turn % 5 !== 0
      const worker = isLiar ? 'liar' : `${1 + (Math.floor(turn / 5) % (n - 1))}`
      const gradient = Float32Array.of(isLiar ? 50 : (model[0] ?? 0) + 0.1 * random.normal())
      const judged = admission.judge({ worker, step, gradient, model }, { model, before }).taken
      if (judged.length === 0) continue
      taken.push(...judged.map((one) => one.worker))
      ;[before, model] = [model, model.map((x) => x - 0.1 * (judged[0]?.gradient[0] ?? 0))]
      step += 1
      admission.begin()
    }
    const share = taken.filter((worker) => worker === 'liar').length
    assert.ok(share <= Math.ceil(taken.length / (2 * f + 1)), `n = ${n}: ${share} of ${taken.length}`)
  }
})

test('before there is a bound nobody passes, and of n - f answers the shortest is taken', () => {
  const admission = new Admission({ n: 4, f: 1, perUpdate: 1 })
  const model = Float32Array.of(0)
  const judge = (worker: string, gradient: number) =>
    admission.judge(
      { worker, step: 1, gradient: Float32Array.of(gradient), model },
      { model, before: undefined },
    )
  assert.deepEqual(judge('liar', 1e30), { verdict: 'no-bound', taken: [] })
  assert.deepEqual(judge('a', 2), { verdict: 'no-bound', taken: [] })
  const { taken } = judge('b', 1)
  assert.deepEqual(
    taken.map(({ worker, isEscape, gradient }) => [worker, isEscape, gradient[0]]),
    [['b', true, 1]],
  )
})
