/**
 * What one exchange with nearest-neighbour averaging is proven to leave of the variance of the honest models, and to move
 * their mean by: the proof is in docs/protocols/monna.md. The paper's own bound, n >= 11f, could only be recalled; this one
 * was derived here, and comes to the same under deadlines that nobody honest misses.
 */

/**
 * alpha: V' <= alpha V and |shift|^2 <= alpha V, V being the mean square distance of the honest models from their mean. May be
 * 1 or more, and then says nothing.
 *
 * @param u honest models that may be missing at a peer; f where it goes on with the first n - f
 */
export function varianceFactor({
  n,
  f,
  u,
}: {
  readonly n: number
  readonly f: number
  readonly u: number
}): number {
  const h = n - f
  if (h <= f) return Number.POSITIVE_INFINITY
  const w = pairWeight(f, u)
  const ofLiars = (b: number) => {
    const missing = Math.min(u, b)
    const kept = h - missing + b - f
    return ((w * b + f - b + missing) * (8 / w + 1) * h) / kept ** 2
  }
  return Math.max(...Array.from({ length: f + 1 }, (_, b) => ofLiars(b)))
}

/** How much a liar's model and the honest one that it displaced weigh in the inequality beside an honest one that is absent. */
function pairWeight(f: number, u: number): number {
  return f === 0 ? 4 / 3 : Math.max(4 / 3, Math.sqrt((8 * Math.min(u, f)) / f))
}

/** The least n, 3f+1 or more, at which the factor is below 1. */
export function leastMembers({ f, u }: { readonly f: number; readonly u: number }): number {
  let n = 3 * f + 1
  while (varianceFactor({ n, f, u }) >= 1) n += 1
  return n
}
