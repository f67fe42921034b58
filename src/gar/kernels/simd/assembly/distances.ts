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

/**
 * Adds the block's |x_i - p|^2 to sums[i]; `point` is float64. The rows advance side by side, each with its four sums in
 * `partial`. Returns whether all values are finite.
 */
export function addSquaredDistancesTo(
  rows: usize,
  count: i32,
  point: usize,
  length: i32,
  partial: usize,
  sums: usize,
): bool {
  memory.fill(partial, 0, 32 * count)
  const whole: usize = (length & ~3) * 4
  let seen = i32x4.splat(0)
  for (let start: usize = 0; start < whole; start += 64) {
    const end = min(start + 64, whole)
    for (let i: i32 = 0; i < count; i++) {
      const row = load<usize>(rows + 4 * i)
      const held = partial + 32 * i
      let sums01 = v128.load(held)
      let sums23 = v128.load(held, 16)
      for (let k = start; k < end; k += 16) {
        const x = v128.load(row + k)
        seen = greater(seen, x)
        sums01 = plusSquare(sums01, widenLower(x), v128.load(point + 2 * k))
        sums23 = plusSquare(sums23, widenUpper(x), v128.load(point + 2 * k, 16))
      }
      v128.store(held, sums01)
      v128.store(held, sums23, 16)
    }
  }
  for (let i: i32 = 0; i < count; i++) {
    const row = load<usize>(rows + 4 * i)
    const held = partial + 32 * i
    for (let k = whole; k < 4 * <usize>length; k += 4) {
      const x = load<f32>(row + k)
      const difference = <f64>x - load<f64>(point + 2 * k)
      seen = greater(seen, f32x4.splat(x))
      store<f64>(held, load<f64>(held) + difference * difference)
    }
    addTo(sums + 8 * i, v128.load(held), v128.load(held, 16))
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
