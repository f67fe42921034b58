/** Sorting of columns beyond the generated kernels, and what is made of sorted columns. */
import { allFinite, greater, loadWide, narrow } from './lanes'

/**
 * Sorts columns as far as `network` does: `comparators` of it, pairs of positions of rows. The rows are
 * copied to `out`, `stride` bytes apart, and sorted there: it should fit into the first cache. Returns whether all are finite.
 */
export function sortBy(
  network: usize,
  comparators: i32,
  rows: usize,
  count: i32,
  at: usize,
  bytes: usize,
  out: usize,
  stride: usize,
): bool {
  let seen = i32x4.splat(0)
  for (let i: i32 = 0; i < count; i++) {
    const row = load<usize>(rows + 4 * i) + at
    const copied = out + stride * i
    for (let k: usize = 0; k < bytes; k += 16) {
      const x = v128.load(row + k)
      seen = greater(seen, x)
      v128.store(copied + k, x)
    }
  }
  for (const end = network + 8 * comparators; network < end; network += 8) {
    const low = out + stride * load<usize>(network)
    const high = out + stride * load<usize>(network, 4)
    for (let k: usize = 0; k < bytes; k += 64) {
      exchange(low + k, high + k)
      exchange(low + k + 16, high + k + 16)
      exchange(low + k + 32, high + k + 32)
      exchange(low + k + 48, high + k + 48)
    }
  }
  return allFinite(seen)
}

// @ts-expect-error: decorator
@inline
function exchange(low: usize, high: usize): void {
  const a = v128.load(low)
  const b = v128.load(high)
  v128.store(low, f32x4.pmin(a, b))
  v128.store(high, f32x4.pmax(b, a))
}

/**
 * The mean of the `keep` values nearest to a centre, the mean of the ranks from..to-1, of `count` sorted rows `stride`
 * bytes apart. `masks` has 32 bytes for each of count - keep.
 *
 * The values are a run of the sorted ones; value t leaves it for value t + keep where that is strictly nearer. Where it
 * does so for t, it did for all before: so rank r is in the run unless r itself left, or r - keep did not.
 */
export function nearestMean(
  sorted: usize,
  stride: usize,
  count: i32,
  from: i32,
  to: i32,
  keep: i32,
  bytes: usize,
  masks: usize,
  out: usize,
): void {
  const centreShares = f64x2.splat(1 / <f64>(to - from))
  const shares = f64x2.splat(1 / <f64>keep)
  const ahead = stride * keep
  for (let k: usize = 0; k < bytes; k += 16) {
    let centre = f64x2.splat(0), centreToo = centre
    for (let rank = from, value = sorted + stride * from + k; rank < to; rank++, value += stride) {
      centre = f64x2.add(centre, loadWide(value))
      centreToo = f64x2.add(centreToo, loadWide(value + 8))
    }
    centre = f64x2.mul(centre, centreShares)
    centreToo = f64x2.mul(centreToo, centreShares)
    let sum = f64x2.splat(0), sumToo = sum
    let value = sorted + k
    let rank: i32 = 0
    // Those that may have left the run;
    for (; rank + keep < count; rank++, value += stride) {
      let x = loadWide(value)
      let y = loadWide(value + 8)
      const leaves = hasLeft(x, loadWide(value + ahead), centre)
      const leavesToo = hasLeft(y, loadWide(value + ahead + 8), centreToo)
      v128.store(masks + 32 * rank, leaves)
      v128.store(masks + 32 * rank, leavesToo, 16)
      if (rank >= keep) {
        x = v128.and(x, v128.load(masks + 32 * (rank - keep)))
        y = v128.and(y, v128.load(masks + 32 * (rank - keep), 16))
      }
      sum = f64x2.add(sum, v128.andnot(x, leaves))
      sumToo = f64x2.add(sumToo, v128.andnot(y, leavesToo))
    }
    // those that are in every run;
    for (; rank < keep; rank++, value += stride) {
      sum = f64x2.add(sum, loadWide(value))
      sumToo = f64x2.add(sumToo, loadWide(value + 8))
    }
    // and those that may have come in.
    for (let mask = masks + 32 * (rank - keep); rank < count; rank++, value += stride, mask += 32) {
      sum = f64x2.add(sum, v128.and(loadWide(value), v128.load(mask)))
      sumToo = f64x2.add(sumToo, v128.and(loadWide(value + 8), v128.load(mask, 16)))
    }
    v128.store(out + k, narrow(f64x2.mul(sum, shares), f64x2.mul(sumToo, shares)))
  }
}

// @ts-expect-error: decorator
@inline
function hasLeft(value: v128, other: v128, centre: v128): v128 {
  return f64x2.gt(f64x2.sub(centre, value), f64x2.sub(other, centre))
}
