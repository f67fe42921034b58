/**
 * Traffic: the bytes that crossed this peer's sockets, handshakes and framing included, and how long transfers took.
 */
import { Socket } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'
import type { Milliseconds } from '../mesh/clock.ts'

export interface Bytes {
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Sums what the sockets of one host counted, closed ones included, and the datagrams. */
export class SocketMeter {
  readonly #open = new Set<Socket>()
  /** Of sockets that are closed, and of datagrams. */
  #closedIn = 0
  #closedOut = 0

  /** Counts a connection from now on. The TCP transport's connections hold their socket in a field of that name. */
  watch(connection: MultiaddrConnection): void {
    const socket: unknown = Reflect.get(connection, 'socket')
    if (!(socket instanceof Socket) || this.#open.has(socket)) return
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#closedIn += socket.bytesRead
      this.#closedOut += socket.bytesWritten
    })
  }

  datagramIn(byteLength: number): void {
    this.#closedIn += byteLength
  }

  datagramOut(byteLength: number): void {
    this.#closedOut += byteLength
  }

  bytes(): Bytes {
    let bytesIn = this.#closedIn
    let bytesOut = this.#closedOut
    for (const socket of this.#open) {
      bytesIn += socket.bytesRead
      bytesOut += socket.bytesWritten
    }
    return { bytesIn, bytesOut }
  }
}

/** The time during which at least one transfer was under way. */
export class TransferClock {
  #underWay = 0
  #since: Milliseconds = 0
  #total: Milliseconds = 0

  async during<T>(transfer: Promise<T>): Promise<T> {
    if (this.#underWay++ === 0) this.#since = performance.now()
    try {
      return await transfer
    } finally {
      if (--this.#underWay === 0) this.#total += performance.now() - this.#since
    }
  }

  get totalMs(): Milliseconds {
    return this.#total + (this.#underWay === 0 ? 0 : performance.now() - this.#since)
  }
}
