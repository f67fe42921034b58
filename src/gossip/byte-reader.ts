/** Reads fields off untrusted bytes, front to back, never past the end. */

/** Thrown by a reader, caught by the decoder that owns it: these bytes are not what they should be. */
export class Malformed extends Error {}

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#offset
  }

  /** A view on the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A view on everything that is left. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.byteLength - this.#offset)
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  /** An unsigned 64-bit integer that a number can hold exactly. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed()
    return Number(value)
  }

  /** Text behind a length byte: 1 to `maxLength` bytes, read as Latin-1 so that any byte maps to one character. */
  text(maxLength: number): string {
    const length = this.u8()
    if (length === 0 || length > maxLength) throw new Malformed()
    return Buffer.from(this.bytes(length)).toString('latin1')
  }

  end(): void {
    if (this.#offset !== this.#bytes.byteLength) throw new Malformed()
  }

  #advance(length: number): number {
    const start = this.#offset
    if (start + length > this.#bytes.byteLength) throw new Malformed()
    this.#offset = start + length
    return start
  }
}

/** What `read` makes of `bytes`, or undefined where they are malformed. */
export function decodeWith<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): T | undefined {
  try {
    return read(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
