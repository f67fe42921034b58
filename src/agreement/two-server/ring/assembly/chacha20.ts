/**
 * ChaCha20 (RFC 8439, section 2.3), a block as four rows of four words: a round is one quarter round on whole rows, and the
 * diagonals become columns by turning the rows.
 */

/** Writes `blocks` blocks of 64 bytes from number `counter` on, of the 32 bytes at `key` with the nonce 0, 0, `stream`. */
export function expand(key: usize, stream: i32, counter: i32, blocks: i32, out: usize): void {
  const constants = i32x4(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574)
  const lower = v128.load(key)
  const upper = v128.load(key, 16)
  for (let block: i32 = 0; block < blocks; block++, out += 64) {
    const last = i32x4(counter + block, 0, 0, stream)
    let a = constants, b = lower, c = upper, d = last
    for (let round: i32 = 0; round < 10; round++) {
      a = i32x4.add(a, b); d = rotated16(v128.xor(d, a))
      c = i32x4.add(c, d); b = rotated(v128.xor(b, c), 12)
      a = i32x4.add(a, b); d = rotated8(v128.xor(d, a))
      c = i32x4.add(c, d); b = rotated(v128.xor(b, c), 7)
      b = i32x4.shuffle(b, b, 1, 2, 3, 0)
      c = i32x4.shuffle(c, c, 2, 3, 0, 1)
      d = i32x4.shuffle(d, d, 3, 0, 1, 2)
      a = i32x4.add(a, b); d = rotated16(v128.xor(d, a))
      c = i32x4.add(c, d); b = rotated(v128.xor(b, c), 12)
      a = i32x4.add(a, b); d = rotated8(v128.xor(d, a))
      c = i32x4.add(c, d); b = rotated(v128.xor(b, c), 7)
      b = i32x4.shuffle(b, b, 3, 0, 1, 2)
      c = i32x4.shuffle(c, c, 2, 3, 0, 1)
      d = i32x4.shuffle(d, d, 1, 2, 3, 0)
    }
    v128.store(out, i32x4.add(a, constants))
    v128.store(out, i32x4.add(b, lower), 16)
    v128.store(out, i32x4.add(c, upper), 32)
    v128.store(out, i32x4.add(d, last), 48)
  }
}

// @ts-expect-error: decorator
@inline
function rotated(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by))
}

// @ts-expect-error: decorator
@inline
function rotated16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
}

// @ts-expect-error: decorator
@inline
function rotated8(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)
}
