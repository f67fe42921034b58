/** Which kernels there are, and which this process uses where none are asked for. */
import type { SharedMemory } from '../../util/webassembly.ts'
import { garError } from '../errors.ts'
import type { Kernels } from './kernels.ts'
import { referenceKernels } from './reference.ts'
import { simdKernels } from './simd/simd-kernels.ts'

let byDefault: Kernels | undefined

/** SIMD with a memory of its own, one for the whole thread; the reference where it was not built or cannot run. */
export function defaultKernels(): Kernels {
  byDefault ??= simdKernels() ?? referenceKernels
  return byDefault
}

/**
 * The kernels called `name`, over `memory` where they are SIMD.
 *
 * @throws GAR_NO_SIMD
 */
export function kernelsNamed(name: Kernels['name'], memory?: SharedMemory): Kernels {
  if (name === 'reference') return referenceKernels
  const kernels = simdKernels(memory === undefined ? {} : { memory })
  if (kernels === undefined) throw garError({ code: 'GAR_NO_SIMD' })
  return kernels
}
