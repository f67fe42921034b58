/** Time as a protocol sees it: virtual in the simulator, the machine's at a peer. */

export type Milliseconds = number

export interface Clock {
  now(): Milliseconds
  /** Resolves after `ms`, or at once when `signal` aborts: look at the signal to know which. */
  sleep(ms: Milliseconds, options?: { signal?: AbortSignal }): Promise<void>
  /** Waits for work outside the protocol (a worker, a GPU); virtual time stands still meanwhile. */
  hold<T>(work: Promise<T>): Promise<T>
}
