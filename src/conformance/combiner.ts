/** What computes: which kernels, on how many threads. */
import type { Gar, Given } from '../gar/gar.ts'
import { referenceKernels } from '../gar/kernels/reference.ts'
import type { Pipeline } from '../gar/pipeline.ts'
import { conformanceError } from './errors.ts'

export const kernelNames = ['simd', 'reference'] as const

export type KernelName = (typeof kernelNames)[number]

export interface CombinerOptions {
  /** @default the best there are */
  readonly kernels?: KernelName | undefined
  /** @default 1 */
  readonly threads?: number | undefined
}

export interface Combiner {
  /** As shown: `reference, 1 thread`. */
  readonly name: string
  /** The rule on this thread, with those kernels: what attacks search with. */
  gar(pipeline: Pipeline): Gar
  /** The same, on the threads that were asked for. */
  combine(
    pipeline: Pipeline,
    vectors: readonly Float32Array[],
    f: number,
    given: Given,
  ): Promise<Float32Array>
  /** Ends its threads. */
  close(): Promise<void>
}

/** @throws CONFORMANCE_UNAVAILABLE: what was asked for is never replaced by something else. */
export async function combinerOf({ kernels = 'reference', threads = 1 }: CombinerOptions): Promise<Combiner> {
  if (kernels === 'simd')
    throw conformanceError({
      code: 'CONFORMANCE_UNAVAILABLE',
      what: '--kernels simd',
      instead: 'use --kernels reference',
    })
  if (threads !== 1)
    throw conformanceError({
      code: 'CONFORMANCE_UNAVAILABLE',
      what: `--threads ${threads}`,
      instead: 'use --threads 1',
    })
  const gar = (pipeline: Pipeline) => pipeline.using(referenceKernels)
  return {
    name: 'reference, 1 thread',
    gar,
    combine: async (pipeline, vectors, f, given) => gar(pipeline)(vectors, f, given),
    close: async () => {},
  }
}
