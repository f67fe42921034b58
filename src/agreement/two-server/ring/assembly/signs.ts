/**
 * Sums of coordinates with signs -1, 0 or 1. An element of Z_2^64 is taken as four limbs d of 16 bits, signed:
 * x = sum 2^16k d_k. Then one instruction multiplies eight of them by their signs and adds them in pairs.
 */

/** Writes the signs in `words` words, sixteen in each, as numbers of 16 bits. Bit 2k says plus, bit 2k+1 minus, both nothing. */
export function spread(signs: usize, words: i32, out: usize): void {
  const plusBits = i16x8(1, 1 << 2, 1 << 4, 1 << 6, 1 << 8, 1 << 10, 1 << 12, 1 << 14)
  const minusBits = i16x8(1 << 1, 1 << 3, 1 << 5, 1 << 7, 1 << 9, 1 << 11, 1 << 13, -32768)
  const end = signs + 4 * words
  for (; signs < end; signs += 2, out += 16) {
    const bits = v128.load16_splat(signs)
    // A mask that is set counts as -1.
    const plus = i16x8.eq(v128.and(bits, plusBits), plusBits)
    const minus = i16x8.eq(v128.and(bits, minusBits), minusBits)
    v128.store(out, i16x8.sub(minus, plus))
  }
}

/** Turns `bytes` bytes of elements, a multiple of 16, into limbs: of two elements x, y the order is x_0 y_0 x_1 y_1 ... */
export function split(elements: usize, bytes: usize): void {
  // Adding 2^15 to each limb and taking it off limb by limb carries what is 2^15 or more into the next one.
  const half = i64x2.splat(0x8000800080008000)
  for (let k: usize = 0; k < bytes; k += 16) {
    const limbs = v128.xor(i64x2.add(v128.load(elements + k), half), half)
    v128.store(elements + k, v128.shuffle<i16>(limbs, limbs, 0, 4, 1, 5, 2, 6, 3, 7))
  }
}

/**
 * Adds to sums[i * 8 * step] the signed sum of row i, for rows of limbs `stride` bytes apart; of each, `bytes`, a multiple
 * of 16. Sums of 2^16 elements could leave 32 bits: a stripe has fewer.
 */
export function addSigned(
  signs: usize, rows: usize, count: i32, bytes: usize, stride: usize, sums: usize, step: usize,
): void {
  const last = count - 1
  for (let i: i32 = 0; i < count; i += 2) {
    const a = rows + stride * i
    // The last of an odd number is taken twice, and counted once.
    const b = rows + stride * min(i + 1, last)
    let sumA = i32x4.splat(0), sumB = sumA
    for (let k: usize = 0; k < bytes; k += 16) {
      const pair = v128.load32_splat(signs + (k >> 2))
      sumA = i32x4.add(sumA, i32x4.dot_i16x8_s(v128.load(a + k), pair))
      sumB = i32x4.add(sumB, i32x4.dot_i16x8_s(v128.load(b + k), pair))
    }
    addLimbs(sums + step * i, sumA)
    if (i < last) addLimbs(sums + step * (i + 1), sumB)
  }
}

// @ts-expect-error: decorator
@inline
function addLimbs(address: usize, limbs: v128): void {
  const low = <i64>i32x4.extract_lane(limbs, 0) + (<i64>i32x4.extract_lane(limbs, 1) << 16)
  const high = <i64>i32x4.extract_lane(limbs, 2) + (<i64>i32x4.extract_lane(limbs, 3) << 16)
  store<i64>(address, load<i64>(address) + low + (high << 32))
}
