/**
 * Who has a publication, or will surely get it. Of most publications that is everybody, and then nothing is kept but the
 * fact: a million pairs a round must cost nothing where nobody withholds.
 */
export class Reach {
  readonly #members: number
  /** Bit i: member i has it. Undefined as long as all do or none does. */
  #bits: Uint32Array | undefined
  #reached = 0

  constructor(members: number) {
    this.#members = members
  }

  get isComplete(): boolean {
    return this.#reached === this.#members
  }

  has(member: number): boolean {
    if (this.isComplete) return true
    return (((this.#bits?.[member >>> 5] ?? 0) >>> (member & 31)) & 1) === 1
  }

  addAll(): void {
    this.#reached = this.#members
    this.#bits = undefined
  }

  add(member: number): void {
    if (this.has(member)) return
    const bits = this.#bits ?? new Uint32Array((this.#members + 31) >>> 5)
    bits[member >>> 5] = (bits[member >>> 5] ?? 0) | (1 << (member & 31))
    this.#bits = bits
    this.#reached += 1
  }

  delete(member: number): void {
    if (!this.has(member)) return
    const bits = this.#bits ?? new Uint32Array((this.#members + 31) >>> 5).fill(0xffffffff)
    bits[member >>> 5] = (bits[member >>> 5] ?? 0) & ~(1 << (member & 31))
    this.#bits = bits
    this.#reached -= 1
  }

  /** A word at a time: one member that is away must not make every delivery look at all. */
  *missing(): Generator<number, void, undefined> {
    if (this.isComplete) return
    for (let first = 0; first < this.#members; first += 32) {
      if (this.#bits?.[first >>> 5] === 0xffffffff) continue
      const end = Math.min(first + 32, this.#members)
      for (let member = first; member < end; member++) if (!this.has(member)) yield member
    }
  }
}
