/** The kernels of one thread of a pool. */
import type { Kernels } from '../gar/kernels/kernels.ts'
import { referenceKernels } from '../gar/kernels/reference.ts'
import type { SharedMemory } from './shared-memory.ts'

/** What a thread is started with. Plain data, but for the memory, which threads share. */
export interface ThreadSetup {
  readonly memory: SharedMemory
  readonly kernels: Kernels['name']
}

export function kernelsOf(_setup: ThreadSetup): Kernels {
  return referenceKernels
}
