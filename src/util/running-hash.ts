/**
 * A hash that takes numbers and texts one after another: to tell whether two runs were the same, not against anybody who
 * wants two different runs to look the same. Two lanes of 32 bits, each a multiplication and a rotation a word, ended by
 * MurmurHash3's finalizer (Appleby, public domain). Integer arithmetic only, so the same on every engine.
 */
export class RunningHash {
  #a = 0x243f6a88
  #b = 0x85a308d3
  #words = 0

  /** Takes the low 32 bits of an integer. */
  word(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1)
    const b = Math.imul(this.#b ^ value, 0x85ebca77)
    this.#a = (a << 13) | (a >>> 19)
    this.#b = ((b << 17) | (b >>> 15)) ^ a
    this.#words += 1
  }

  /** Takes a whole number from 0 up to 2^53. */
  integer(value: number): void {
    this.word(value | 0)
    this.word(Math.floor(value / 0x100000000))
  }

  text(value: string): void {
    this.word(value.length)
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i))
  }

  /** 32 bits over all that was taken so far. */
  short(): number {
    return scramble(this.#a ^ this.#b ^ this.#words)
  }

  /** 64 bits over all that was taken so far, in two words; more can be taken afterwards. */
  pair(): readonly [number, number] {
    const a = scramble(this.#a ^ this.#words)
    return [a, scramble(this.#b ^ a)]
  }

  /** The same as 16 hexadecimal digits. */
  digest(): string {
    return this.pair()
      .map((lane) => lane.toString(16).padStart(8, '0'))
      .join('')
  }
}

/** Every bit of the result depends on every bit of `word`: MurmurHash3's 32-bit finalizer. */
export function scramble(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
