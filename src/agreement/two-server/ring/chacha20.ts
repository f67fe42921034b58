/** ChaCha20 (RFC 8439, section 2.3), a block at a time: the reference of what WebAssembly does. */

const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
const columns = [0, 1, 2, 3].map((k) => [k, k + 4, k + 8, k + 12] as const)
const diagonals = [0, 1, 2, 3].map(
  (k) => [k, 4 + ((k + 1) % 4), 8 + ((k + 2) % 4), 12 + ((k + 3) % 4)] as const,
)

/** The first `words` words of the keystream under a key of eight words, with the nonce 0, 0, `stream`. */
export function keystream(key: Uint32Array, stream: number, words: number): Uint32Array {
  const out = new Uint32Array(Math.ceil(words / 16) * 16)
  const state = Uint32Array.of(...constants, ...key, 0, 0, 0, stream)
  for (let at = 0; at < out.length; at += 16) {
    const block = state.slice()
    for (let round = 0; round < 10; round++) {
      for (const places of columns) quarterRound(block, places)
      for (const places of diagonals) quarterRound(block, places)
    }
    for (let k = 0; k < 16; k++) out[at + k] = (block[k] as number) + (state[k] as number)
    state[12] = (state[12] as number) + 1
  }
  return out.slice(0, words)
}

function quarterRound(x: Uint32Array, [a, b, c, d]: readonly [number, number, number, number]): void {
  mix(x, a, b, d, 16)
  mix(x, c, d, b, 12)
  mix(x, a, b, d, 8)
  mix(x, c, d, b, 7)
}

/** x_a += x_b, then x_c is mixed with it and turned. */
function mix(x: Uint32Array, a: number, b: number, c: number, by: number): void {
  x[a] = (x[a] as number) + (x[b] as number)
  const mixed = (x[c] as number) ^ (x[a] as number)
  x[c] = (mixed << by) | (mixed >>> (32 - by))
}
