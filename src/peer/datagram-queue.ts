/**
 * What waits to be sent to one member by datagram, and leaves at an even pace: a burst would end where the receiver's socket
 * has no room. Bounded by what one member may have said to another within the window of steps: more than that an honest one
 * never says.
 */
import type { InboxLimits } from '../mesh/inbox.ts'
import type { Step } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'

export interface Waiting {
  readonly tag: Tag
  /** Frozen. */
  readonly payload: Uint8Array
}

export interface DatagramQueueOptions {
  readonly limits: InboxLimits
  readonly bytesPerMs: number
  /** Sends it now; returns the bytes that it took, 0 where it can no longer be sent. */
  readonly send: (waiting: Waiting) => number
  /** Whether the socket has to catch up first. */
  readonly isBusy: () => boolean
}

export class DatagramQueue {
  readonly #options: DatagramQueueOptions
  #waiting: Waiting[] = []
  /** How many of `#waiting` were sent. */
  #sent = 0
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: DatagramQueueOptions) {
    this.#options = options
  }

  /** False where there is no room. */
  push(waiting: Waiting): boolean {
    const { maxPendingPerPeer, maxPendingBytesPerPeer } = this.#options.limits
    const { byteLength } = waiting.payload
    const count = this.#waiting.length - this.#sent
    const hasRoom = count < maxPendingPerPeer && this.#bytes + byteLength <= maxPendingBytesPerPeer
    // As in an inbox, a single one always fits.
    if (count > 0 && !hasRoom) return false
    this.#waiting.push(waiting)
    this.#bytes += byteLength
    if (this.#timer === undefined) this.#run()
    return true
  }

  /** Drops what is older than `step`; returns how many. */
  forgetBefore(step: Step): number {
    const before = this.#waiting.length - this.#sent
    this.#waiting = this.#waiting.slice(this.#sent).filter(({ tag }) => tag.step >= step)
    this.#sent = 0
    this.#bytes = this.#waiting.reduce((sum, { payload }) => sum + payload.byteLength, 0)
    return before - this.#waiting.length
  }

  close(): void {
    this.forgetBefore(Number.POSITIVE_INFINITY)
    clearTimeout(this.#timer)
  }

  /** Sends what a millisecond allows, at least one; then waits for as long as that should have taken. */
  #run(): void {
    const { bytesPerMs, isBusy } = this.#options
    let bytes = 0
    while (bytes < bytesPerMs && !isBusy()) {
      const next = this.#take()
      if (next === undefined) break
      bytes += this.#options.send(next)
    }
    const isIdle = bytes === 0 && this.#waiting.length === 0
    const pauseMs = Math.max(1, Math.round(bytes / bytesPerMs))
    this.#timer = isIdle ? undefined : setTimeout(() => this.#run(), pauseMs)
  }

  #take(): Waiting | undefined {
    const next = this.#waiting[this.#sent]
    if (next === undefined) return undefined
    this.#sent += 1
    this.#bytes -= next.payload.byteLength
    if (this.#sent === this.#waiting.length) {
      this.#waiting = []
      this.#sent = 0
    }
    return next
  }
}
