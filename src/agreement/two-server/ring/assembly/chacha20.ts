/**
 * ChaCha20 (RFC 8439, section 2.3), four blocks side by side: word k of all four is one vector, x_k, so that a quarter round
 * works on four blocks at a time and waits for no other.
 */

/**
 * Writes blocks of 64 bytes from number `counter` on, of the 32 bytes at `key` with the nonce 0, 0, `stream`: `blocks` of
 * them, or up to three more, so that they are a multiple of four.
 */
export function expand(key: usize, stream: i32, counter: i32, blocks: i32, out: usize): void {
  const k0 = v128.load32_splat(key), k1 = v128.load32_splat(key, 4)
  const k2 = v128.load32_splat(key, 8), k3 = v128.load32_splat(key, 12)
  const k4 = v128.load32_splat(key, 16), k5 = v128.load32_splat(key, 20)
  const k6 = v128.load32_splat(key, 24), k7 = v128.load32_splat(key, 28)
  const c0 = i32x4.splat(0x61707865), c1 = i32x4.splat(0x3320646e)
  const c2 = i32x4.splat(0x79622d32), c3 = i32x4.splat(0x6b206574)
  const zero = i32x4.splat(0), nonce = i32x4.splat(stream)
  for (let block: i32 = 0; block < blocks; block += 4, out += 256) {
    const number = i32x4.add(i32x4.splat(counter + block), i32x4(0, 1, 2, 3))
    let x0 = c0, x1 = c1, x2 = c2, x3 = c3, x4 = k0, x5 = k1, x6 = k2, x7 = k3
    let x8 = k4, x9 = k5, x10 = k6, x11 = k7, x12 = number, x13 = zero, x14 = zero, x15 = nonce
    for (let round: i32 = 0; round < 10; round++) {
      x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7)
      x12 = by16(x12, x0); x13 = by16(x13, x1); x14 = by16(x14, x2); x15 = by16(x15, x3)
      x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15)
      x4 = by12(x4, x8); x5 = by12(x5, x9); x6 = by12(x6, x10); x7 = by12(x7, x11)
      x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7)
      x12 = by8(x12, x0); x13 = by8(x13, x1); x14 = by8(x14, x2); x15 = by8(x15, x3)
      x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15)
      x4 = by7(x4, x8); x5 = by7(x5, x9); x6 = by7(x6, x10); x7 = by7(x7, x11)
      // The diagonals.
      x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4)
      x15 = by16(x15, x0); x12 = by16(x12, x1); x13 = by16(x13, x2); x14 = by16(x14, x3)
      x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14)
      x5 = by12(x5, x10); x6 = by12(x6, x11); x7 = by12(x7, x8); x4 = by12(x4, x9)
      x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4)
      x15 = by8(x15, x0); x12 = by8(x12, x1); x13 = by8(x13, x2); x14 = by8(x14, x3)
      x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14)
      x5 = by7(x5, x10); x6 = by7(x6, x11); x7 = by7(x7, x8); x4 = by7(x4, x9)
    }
    storeTurned(out, i32x4.add(x0, c0), i32x4.add(x1, c1), i32x4.add(x2, c2), i32x4.add(x3, c3))
    storeTurned(out + 16, i32x4.add(x4, k0), i32x4.add(x5, k1), i32x4.add(x6, k2), i32x4.add(x7, k3))
    storeTurned(out + 32, i32x4.add(x8, k4), i32x4.add(x9, k5), i32x4.add(x10, k6), i32x4.add(x11, k7))
    storeTurned(out + 48, i32x4.add(x12, number), x13, x14, i32x4.add(x15, nonce))
  }
}

/** Four words of each of four blocks, of which vectors hold one word each: each block's go together, 64 bytes apart. */
// @ts-expect-error: decorator
@inline
function storeTurned(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const lowAB = v128.shuffle<i32>(a, b, 0, 4, 1, 5), highAB = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const lowCD = v128.shuffle<i32>(c, d, 0, 4, 1, 5), highCD = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  v128.store(out, v128.shuffle<i64>(lowAB, lowCD, 0, 2))
  v128.store(out, v128.shuffle<i64>(lowAB, lowCD, 1, 3), 64)
  v128.store(out, v128.shuffle<i64>(highAB, highCD, 0, 2), 128)
  v128.store(out, v128.shuffle<i64>(highAB, highCD, 1, 3), 192)
}

// What follows is the exclusive or of two vectors, each word turned to the left.

// @ts-expect-error: decorator
@inline
function by16(x: v128, y: v128): v128 {
  const z = v128.xor(x, y)
  return i8x16.shuffle(z, z, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
}

// @ts-expect-error: decorator
@inline
function by12(x: v128, y: v128): v128 {
  const z = v128.xor(x, y)
  return v128.or(i32x4.shl(z, 12), i32x4.shr_u(z, 20))
}

// @ts-expect-error: decorator
@inline
function by8(x: v128, y: v128): v128 {
  const z = v128.xor(x, y)
  return i8x16.shuffle(z, z, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)
}

// @ts-expect-error: decorator
@inline
function by7(x: v128, y: v128): v128 {
  const z = v128.xor(x, y)
  return v128.or(i32x4.shl(z, 7), i32x4.shr_u(z, 25))
}
