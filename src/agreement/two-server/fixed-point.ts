/**
 * Real vectors as elements of Z_2^64: x is round(x 2^b) mod 2^64 for b fraction bits, negative numbers from the top down. A
 * product has the fraction bits of both.
 */
import { lengthOf, type Words } from './ring/ring.ts'

const word = 2 ** 32

/** [d] to [d]. Numbers must be below 2^53 after scaling. */
export function encode(values: ArrayLike<number>, fractionBits: number): Words {
  const scale = 2 ** fractionBits
  const words = new Uint32Array(2 * values.length)
  for (let k = 0; k < values.length; k++) {
    const whole = Math.round((values[k] as number) * scale)
    // Both are taken modulo 2^32.
    words[2 * k] = whole
    words[2 * k + 1] = Math.floor(whole / word)
  }
  return words
}

/** The numbers nearest to what `encode` was given, from -2^63 to 2^63 before scaling. */
export function decode(words: Words, fractionBits: number): Float64Array {
  const scale = 2 ** -fractionBits
  return Float64Array.from(
    { length: lengthOf(words) },
    (_, k) => (((words[2 * k + 1] as number) | 0) * word + (words[2 * k] as number)) * scale,
  )
}
