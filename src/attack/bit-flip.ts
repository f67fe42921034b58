import type { VectorAttack } from './attack.ts'

/**
 * Memory faults: in its own vector every coordinate, with probability `rate`, has one bit of its float32 flipped. Bit 31 is
 * the sign (with rate 1 the negated gradient that "bit flipping" means in epfml's code), 23 to 30 are the exponent: 1e38,
 * infinities and NaN come of them.
 */
export function bitFlip(bit: number, rate: number): VectorAttack {
  return ({ own, random }) => {
    const words = new Uint32Array(Float32Array.from(own).buffer)
    for (let k = 0; k < words.length; k++)
      if (rate === 1 || random.uniform() < rate) words[k] = (words[k] ?? 0) ^ (1 << bit)
    return new Float32Array(words.buffer)
  }
}
