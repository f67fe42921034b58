/**
 * Sums of rows, in float64 and in their order. `rows` is a table of pointers, `bytes` the length of a row in float32s, a
 * multiple of 64. The rows advance side by side: memory is then read in as many streams, which is what prefetchers like.
 */
import { allFinite, greater, loadWide, narrow, put, widenLower, widenUpper } from './lanes'

/** out[k] = share * sum of the rows: float64 where `wide`. Returns whether all that was read is finite. */
export function mean(rows: usize, count: i32, bytes: usize, share: f64, out: usize, wide: bool): bool {
  const shares = f64x2.splat(share)
  const end = rows + 4 * count
  let seen = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 32) {
    let a = f64x2.splat(0),
      b = a,
      c = a,
      d = a
    for (let row = rows; row < end; row += 4) {
      const pointer = load<usize>(row) + k
      const x = v128.load(pointer)
      const y = v128.load(pointer, 16)
      seen = greater(greater(seen, x), y)
      a = f64x2.add(a, widenLower(x))
      b = f64x2.add(b, widenUpper(x))
      c = f64x2.add(c, widenLower(y))
      d = f64x2.add(d, widenUpper(y))
    }
    put(out, k, f64x2.mul(a, shares), f64x2.mul(b, shares), wide)
    put(out, k + 16, f64x2.mul(c, shares), f64x2.mul(d, shares), wide)
  }
  return allFinite(seen)
}

/** The same of rows that hold float64s, rounded: `bytes` is the length in float32s here as well. */
export function meanOfWide(rows: usize, count: i32, bytes: usize, share: f64, out: usize): void {
  const shares = f64x2.splat(share)
  const end = rows + 4 * count
  for (let k: usize = 0; k < bytes; k += 32) {
    let a = f64x2.splat(0),
      b = a,
      c = a,
      d = a
    for (let row = rows; row < end; row += 4) {
      const pointer = load<usize>(row) + 2 * k
      a = f64x2.add(a, v128.load(pointer))
      b = f64x2.add(b, v128.load(pointer, 16))
      c = f64x2.add(c, v128.load(pointer, 32))
      d = f64x2.add(d, v128.load(pointer, 48))
    }
    v128.store(out + k, narrow(f64x2.mul(a, shares), f64x2.mul(b, shares)))
    v128.store(out + k, narrow(f64x2.mul(c, shares), f64x2.mul(d, shares)), 16)
  }
}

/** out[k] = sum of weight times row: float64 where `wide`. Returns whether all that was read is finite. */
export function weighted(
  rows: usize,
  count: i32,
  weights: usize,
  bytes: usize,
  out: usize,
  wide: bool,
): bool {
  let seen = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 32) {
    let a = f64x2.splat(0),
      b = a,
      c = a,
      d = a
    for (let i: i32 = 0; i < count; i++) {
      const pointer = load<usize>(rows + 4 * i) + k
      const weight = v128.load64_splat(weights + 8 * i)
      const x = v128.load(pointer)
      const y = v128.load(pointer, 16)
      seen = greater(greater(seen, x), y)
      a = f64x2.add(a, f64x2.mul(weight, widenLower(x)))
      b = f64x2.add(b, f64x2.mul(weight, widenUpper(x)))
      c = f64x2.add(c, f64x2.mul(weight, widenLower(y)))
      d = f64x2.add(d, f64x2.mul(weight, widenUpper(y)))
    }
    put(out, k, a, b, wide)
    put(out, k + 16, c, d, wide)
  }
  return allFinite(seen)
}

/** out[k] = factor * row[k], rounded once. */
export function scale(row: usize, factor: f64, bytes: usize, out: usize): void {
  const factors = f64x2.splat(factor)
  for (let k: usize = 0; k < bytes; k += 16) {
    const lower = f64x2.mul(factors, loadWide(row + k))
    const upper = f64x2.mul(factors, loadWide(row + k + 8))
    v128.store(out + k, narrow(lower, upper))
  }
}

/** out[k] = row[k], to the bit. */
export function copy(row: usize, bytes: usize, out: usize): void {
  memory.copy(out, row, bytes)
}

/** Copies `bytes`, a multiple of 64, from `at` on of each row to where `copies` says. */
export function gather(rows: usize, copies: usize, count: i32, at: usize, bytes: usize): void {
  for (const end = rows + 4 * count; rows < end; rows += 4, copies += 4) {
    const row = load<usize>(rows) + at
    const copied = load<usize>(copies)
    for (let k: usize = 0; k < bytes; k += 64) {
      const a = v128.load(row + k)
      const b = v128.load(row + k, 16)
      const c = v128.load(row + k, 32)
      const d = v128.load(row + k, 48)
      v128.store(copied + k, a)
      v128.store(copied + k, b, 16)
      v128.store(copied + k, c, 32)
      v128.store(copied + k, d, 48)
    }
  }
}

/** Whether all values of all rows are finite. */
export function areFinite(rows: usize, count: i32, bytes: usize): bool {
  const end = rows + 4 * count
  let seen = i32x4.splat(0),
    seenToo = seen
  for (let k: usize = 0; k < bytes; k += 64) {
    for (let row = rows; row < end; row += 4) {
      const pointer = load<usize>(row) + k
      seen = greater(greater(seen, v128.load(pointer)), v128.load(pointer, 16))
      seenToo = greater(greater(seenToo, v128.load(pointer, 32)), v128.load(pointer, 48))
    }
  }
  return allFinite(i32x4.max_u(seen, seenToo))
}

/**
 * Reads one word of each cache line of all rows, as fast as memory gives them: what a kernel then does with the rows, it
 * does in the cache. Returns what makes sure that it is not left out.
 */
export function touch(rows: usize, count: i32, bytes: usize): i32 {
  const end = rows + 4 * count
  let words = 0
  for (let k: usize = 0; k < bytes; k += 64) {
    for (let row = rows; row < end; row += 4) words |= load<i32>(load<usize>(row) + k)
  }
  return words
}

/**
 * The sum of `bytes` of float32s, a multiple of 128, in float32: as fast as memory can be read here, which is what
 * benchmarks compare with.
 */
export function sum(pointer: usize, bytes: usize): f32 {
  let a = f32x4.splat(0),
    b = a,
    c = a,
    d = a,
    e = a,
    f = a,
    g = a,
    h = a
  for (const end = pointer + bytes; pointer < end; pointer += 128) {
    a = f32x4.add(a, v128.load(pointer))
    b = f32x4.add(b, v128.load(pointer, 16))
    c = f32x4.add(c, v128.load(pointer, 32))
    d = f32x4.add(d, v128.load(pointer, 48))
    e = f32x4.add(e, v128.load(pointer, 64))
    f = f32x4.add(f, v128.load(pointer, 80))
    g = f32x4.add(g, v128.load(pointer, 96))
    h = f32x4.add(h, v128.load(pointer, 112))
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)))
  return (
    f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3)
  )
}
