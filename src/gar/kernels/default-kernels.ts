/** The kernels that this process uses where none are asked for. */
import type { Kernels } from './kernels.ts'
import { referenceKernels } from './reference.ts'

export function defaultKernels(): Kernels {
  return referenceKernels
}
