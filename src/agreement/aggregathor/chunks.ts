/**
 * Vectors in chunks, each of which comes or does not: where a chunk lies, which have come, and what a vector lacks. A gap is
 * known by the number of its chunk and by nothing else: not by a count of what came before, nor by a value that stands for
 * what is missing.
 */

/** How vectors are cut: all chunks are of one length, but for the last, which may be shorter. */
export interface Chunking {
  /** Coordinates of a vector, at least 1. */
  readonly dimension: number
  /** Coordinates of a chunk, at least 1. */
  readonly length: number
}

/** Coordinates from..to-1. */
export interface Range {
  readonly from: number
  readonly to: number
}

export function chunkCount({ dimension, length }: Chunking): number {
  return Math.ceil(dimension / length)
}

/** Where chunk `part` lies; empty where there is no such chunk. */
export function rangeOf({ dimension, length }: Chunking, part: number): Range {
  return { from: Math.min(dimension, part * length), to: Math.min(dimension, (part + 1) * length) }
}

/** What came of one vector. */
export class Arrival {
  readonly chunking: Chunking
  /** [d]; what has not come is 0, and nobody's value. Not to be written to. */
  readonly values: Float32Array
  /** A bit for each chunk: bit i % 8 of byte i / 8. */
  readonly #bitmap: Uint8Array
  #count = 0

  constructor(chunking: Chunking) {
    this.chunking = chunking
    this.values = new Float32Array(chunking.dimension)
    this.#bitmap = new Uint8Array(Math.ceil(chunkCount(chunking) / 8))
  }

  /** Chunks that have come. */
  get count(): number {
    return this.#count
  }

  get isWhole(): boolean {
    return this.#count === chunkCount(this.chunking)
  }

  has(part: number): boolean {
    return (((this.#bitmap[part >> 3] ?? 0) >> (part & 7)) & 1) === 1
  }

  /** Takes a chunk: of its length, and once. What is there is never written over. */
  take(part: number, chunk: Float32Array): void {
    if (this.has(part)) return
    this.values.set(chunk, rangeOf(this.chunking, part).from)
    this.#bitmap[part >> 3] = (this.#bitmap[part >> 3] ?? 0) | (1 << (part & 7))
    this.#count += 1
  }

  /** The chunks that have not come, in order. */
  missing(): number[] {
    return Array.from({ length: chunkCount(this.chunking) }, (_, part) => part).filter(
      (part) => !this.has(part),
    )
  }

  /** The values of a chunk that has come, or undefined. */
  chunk(part: number): Float32Array | undefined {
    if (!this.has(part)) return undefined
    const { from, to } = rangeOf(this.chunking, part)
    return this.values.subarray(from, to)
  }
}

/** `newer`, and in exactly the chunks that it lacks what `older` has there. Neither is changed. */
export function filledFrom(newer: Arrival, older: Arrival): Arrival {
  if (newer.isWhole) return newer
  const filled = new Arrival(newer.chunking)
  for (let part = 0; part < chunkCount(newer.chunking); part++) {
    const chunk = newer.chunk(part) ?? older.chunk(part)
    if (chunk !== undefined) filled.take(part, chunk)
  }
  return filled
}
