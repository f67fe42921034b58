/** Sums of coordinates with signs -1, 0 or 1, of which a word has sixteen: bit 2k says plus, bit 2k+1 minus, both nothing. */

/** Writes the signs in `words` words as masks of 64 bits: those of plus at `plus`, those of minus at `minus`. */
export function spread(signs: usize, words: i32, plus: usize, minus: usize): void {
  for (let w: i32 = 0; w < words; w++) {
    let word = load<u32>(signs + 4 * w)
    for (let k: i32 = 0; k < 16; k++, plus += 8, minus += 8) {
      store<u64>(plus, 0 - <u64>(word & 1))
      store<u64>(minus, 0 - <u64>((word >> 1) & 1))
      word >>= 2
    }
  }
}

/** Adds to sums[i * 8 * step] the signed sum of row i, for rows `stride` bytes apart; of each, `bytes`, a multiple of 16. */
export function addSigned(
  plus: usize, minus: usize, rows: usize, count: i32, bytes: usize, stride: usize, sums: usize, step: usize,
): void {
  const last = count - 1
  for (let i: i32 = 0; i < count; i += 2) {
    const a = rows + stride * i
    // The last of an odd number is taken twice, and counted once.
    const b = rows + stride * min(i + 1, last)
    let sumA = i64x2.splat(0), sumB = sumA
    for (let k: usize = 0; k < bytes; k += 16) {
      const p = v128.load(plus + k)
      const m = v128.load(minus + k)
      const x = v128.load(a + k)
      const y = v128.load(b + k)
      sumA = i64x2.sub(i64x2.add(sumA, v128.and(x, p)), v128.and(x, m))
      sumB = i64x2.sub(i64x2.add(sumB, v128.and(y, p)), v128.and(y, m))
    }
    addLanes(sums + step * i, sumA)
    if (i < last) addLanes(sums + step * (i + 1), sumB)
  }
}

// @ts-expect-error: decorator
@inline
function addLanes(address: usize, lanes: v128): void {
  store<u64>(address, load<u64>(address) + i64x2.extract_lane(lanes, 0) + i64x2.extract_lane(lanes, 1))
}
