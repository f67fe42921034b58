/** What we use of WebAssembly; Node's types do not describe it. */

export interface WasmMemory {
  /** Another object after each growth, over the same memory; the one before is then empty, unless it is shared. */
  readonly buffer: ArrayBuffer | SharedArrayBuffer
  /** Adds pages of 64 KiB at the end, and returns how many there were. */
  grow(pages: number): number
}

/** Memory that threads share. */
export interface SharedMemory extends WasmMemory {
  readonly buffer: SharedArrayBuffer
}

/** A compiled binary. Opaque; threads can be sent one. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

interface Limits {
  readonly initial: number
  readonly maximum: number
}

declare const WebAssembly: {
  readonly Memory: {
    new (descriptor: Limits & { readonly shared: true }): SharedMemory
    new (descriptor: Limits): WasmMemory
  }
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object }
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

/** Pages are of 64 KiB; those up to `maximumPages` that it has not grown into yet cost no memory. */
export function createSharedMemory(initialPages: number, maximumPages: number): SharedMemory {
  return new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared: true })
}

/** Memory of one thread. */
export function createMemory(initialPages: number, maximumPages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages })
}

/** Undefined where this engine lacks what the binary uses. */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WasmModule | undefined {
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined
}

/** What the module exports when `memory` is the memory that it imports. */
export function exportsOver(module: WasmModule, memory: WasmMemory): object {
  return new WebAssembly.Instance(module, { env: { memory } }).exports
}
