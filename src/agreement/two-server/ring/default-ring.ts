/** Which arithmetic this process uses. */
import { referenceRing } from './reference-ring.ts'
import type { Ring } from './ring.ts'
import { wasmRing } from './wasm-ring.ts'

let byDefault: Ring | undefined

/** WebAssembly; the reference where it was not built or cannot run. */
export function defaultRing(): Ring {
  byDefault ??= wasmRing() ?? referenceRing
  return byDefault
}
