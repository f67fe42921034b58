/**
 * Squared distances, in float64, by subtracting first. Of a block, coordinate k goes to sum k % 4, those after the last
 * whole four to sum 0; a register holds the sums 0 and 1, another 2 and 3.
 */
import { allFinite, greater, widenLower, widenUpper } from './lanes'

/**
 * Writes `count` rows of `length` coordinates as float64, `stride` bytes apart: whole fours, then each coordinate that is
 * left as a four of its own, with zeros. So the kernels below need not know of a rest. Returns whether all are finite.
 */
export function widen(rows: usize, count: i32, length: i32, out: usize, stride: usize): bool {
  const whole: usize = (length & ~3) * 4
  let seen = i32x4.splat(0)
  for (let k: usize = 0; k < whole; k += 16) {
    for (let i: i32 = 0; i < count; i++) {
      const x = v128.load(load<usize>(rows + 4 * i) + k)
      const wide = out + stride * i + 2 * k
      seen = greater(seen, x)
      v128.store(wide, widenLower(x))
      v128.store(wide, widenUpper(x), 16)
    }
  }
  for (let i: i32 = 0; i < count; i++) {
    const row = load<usize>(rows + 4 * i)
    let wide = out + stride * i + 2 * whole
    for (let k = whole; k < 4 * <usize>length; k += 4, wide += 32) {
      const x = load<f32>(row + k)
      seen = greater(seen, f32x4.splat(x))
      v128.store(wide, f64x2.replace_lane(f64x2.splat(0), 0, x))
      v128.store(wide, f64x2.splat(0), 16)
    }
  }
  return allFinite(seen)
}

/** Adds the block's |x_i - x_j|^2 to sums[i * count + j], i < j, for rows that `widen` wrote; `bytes` of each. */
export function addSquaredDistances(wide: usize, count: i32, bytes: usize, stride: usize, sums: usize): void {
  for (let i: i32 = 0; i + 1 < count; i += 2) {
    const a = wide + stride * i
    const toA = sums + 8 * count * i
    const toB = toA + 8 * count
    addPair(a, a + stride, bytes, toA + 8 * (i + 1))
    let j = i + 2
    for (; j + 1 < count; j += 2) addFourPairs(a, a + stride, wide + stride * j, bytes, stride, toA + 8 * j, toB + 8 * j)
    if (j < count) {
      addPair(a, wide + stride * j, bytes, toA + 8 * j)
      addPair(a + stride, wide + stride * j, bytes, toB + 8 * j)
    }
  }
}

/** Rows a, b with c and the one after it: four loads for four pairs. */
function addFourPairs(a: usize, b: usize, c: usize, bytes: usize, stride: usize, toA: usize, toB: usize): void {
  let ac01 = f64x2.splat(0), ac23 = ac01, ad01 = ac01, ad23 = ac01
  let bc01 = ac01, bc23 = ac01, bd01 = ac01, bd23 = ac01
  const d = c + stride
  for (let k: usize = 0; k < bytes; k += 32) {
    let x = v128.load(a + k)
    let y = v128.load(b + k)
    let z = v128.load(c + k)
    let w = v128.load(d + k)
    ac01 = plusSquare(ac01, x, z)
    ad01 = plusSquare(ad01, x, w)
    bc01 = plusSquare(bc01, y, z)
    bd01 = plusSquare(bd01, y, w)
    x = v128.load(a + k, 16)
    y = v128.load(b + k, 16)
    z = v128.load(c + k, 16)
    w = v128.load(d + k, 16)
    ac23 = plusSquare(ac23, x, z)
    ad23 = plusSquare(ad23, x, w)
    bc23 = plusSquare(bc23, y, z)
    bd23 = plusSquare(bd23, y, w)
  }
  addTo(toA, ac01, ac23)
  addTo(toA + 8, ad01, ad23)
  addTo(toB, bc01, bc23)
  addTo(toB + 8, bd01, bd23)
}

function addPair(a: usize, b: usize, bytes: usize, to: usize): void {
  let sums01 = f64x2.splat(0), sums23 = sums01
  for (let k: usize = 0; k < bytes; k += 32) {
    sums01 = plusSquare(sums01, v128.load(a + k), v128.load(b + k))
    sums23 = plusSquare(sums23, v128.load(a + k, 16), v128.load(b + k, 16))
  }
  addTo(to, sums01, sums23)
}

/** Adds the block's |x_i - p|^2 to sums[i]; `point` is float64. Returns whether all values are finite. */
export function addSquaredDistancesTo(rows: usize, count: i32, point: usize, length: i32, sums: usize): bool {
  const whole: usize = (length & ~3) * 4
  const last = count - 1
  let seen = i32x4.splat(0)
  // Two rows at a time, since each addition waits for the one before; the last of an odd number is taken twice.
  for (let i: i32 = 0; i < count; i += 2) {
    const a = load<usize>(rows + 4 * i)
    const b = load<usize>(rows + 4 * min(i + 1, last))
    let a01 = f64x2.splat(0), a23 = a01, b01 = a01, b23 = a01
    for (let k: usize = 0; k < whole; k += 16) {
      const x = v128.load(a + k)
      const y = v128.load(b + k)
      const p01 = v128.load(point + 2 * k)
      const p23 = v128.load(point + 2 * k, 16)
      seen = greater(greater(seen, x), y)
      a01 = plusSquare(a01, widenLower(x), p01)
      a23 = plusSquare(a23, widenUpper(x), p23)
      b01 = plusSquare(b01, widenLower(y), p01)
      b23 = plusSquare(b23, widenUpper(y), p23)
    }
    for (let k = whole; k < 4 * <usize>length; k += 4) {
      const x = f32x4.splat(load<f32>(a + k))
      const y = f32x4.splat(load<f32>(b + k))
      const p = v128.load64_zero(point + 2 * k)
      seen = greater(greater(seen, x), y)
      // Sum 1 gets the difference of nothing and nothing.
      a01 = plusSquare(a01, f64x2.replace_lane(widenLower(x), 1, 0), p)
      b01 = plusSquare(b01, f64x2.replace_lane(widenLower(y), 1, 0), p)
    }
    addTo(sums + 8 * i, a01, a23)
    if (i < last) addTo(sums + 8 * (i + 1), b01, b23)
  }
  return allFinite(seen)
}

// @ts-expect-error: decorator
@inline
function plusSquare(sum: v128, x: v128, y: v128): v128 {
  const difference = f64x2.sub(x, y)
  return f64x2.add(sum, f64x2.mul(difference, difference))
}

// @ts-expect-error: decorator
@inline
function addTo(sum: usize, sums01: v128, sums23: v128): void {
  const block =
    f64x2.extract_lane(sums01, 0) + f64x2.extract_lane(sums01, 1) +
    (f64x2.extract_lane(sums23, 0) + f64x2.extract_lane(sums23, 1))
  store<f64>(sum, load<f64>(sum) + block)
}
