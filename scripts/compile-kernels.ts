/** Compiles all WebAssembly of the project: from the source tree, and what rank-kernels.ts writes. */
import { assemble } from './assemble.ts'
import { rankKernels } from './rank-kernels.ts'

/** The SIMD kernels of the rules. Their memory is shared with other threads. */
export function compileKernels(): Promise<Uint8Array> {
  return assemble({
    folder: 'src/gar/kernels/simd/assembly',
    flags: ['--sharedMemory', '--enable', 'threads'],
    written: { 'rank-kernels.ts': rankKernels },
  })
}

/** The arithmetic in Z_2^64 of the two servers. */
export function compileRing(): Promise<Uint8Array> {
  return assemble({ folder: 'src/agreement/two-server/ring/assembly', flags: [] })
}
