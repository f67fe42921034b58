/** WebAssembly memory that threads share; Node's types do not describe it. */

export interface SharedMemory {
  /** Another object after each growth, over the same memory. */
  readonly buffer: SharedArrayBuffer
  /** Adds pages of 64 KiB, and returns how many there were. */
  grow(pages: number): number
}

declare const WebAssembly: {
  readonly Memory: new (descriptor: {
    readonly initial: number
    readonly maximum: number
    readonly shared: true
  }) => SharedMemory
}

/** Pages are of 64 KiB; those up to `maximumPages` that it has not grown into yet cost no memory. */
export function createSharedMemory(initialPages: number, maximumPages: number): SharedMemory {
  return new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared: true })
}
