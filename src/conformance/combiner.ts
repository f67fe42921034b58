/** What computes: which kernels, on how many threads. */
import { maxThreads } from '../aggregator/aggregator.ts'
import { Arena } from '../aggregator/arena.ts'
import { drive } from '../aggregator/drive.ts'
import { aggregatorError } from '../aggregator/errors.ts'
import { WorkerPool } from '../aggregator/worker-pool.ts'
import type { Given } from '../gar/gar.ts'
import { defaultKernels, kernelsNamed } from '../gar/kernels/default-kernels.ts'
import type { Kernels } from '../gar/kernels/kernels.ts'
import type { Pipeline } from '../gar/pipeline.ts'

export const kernelNames = ['simd', 'reference'] as const satisfies readonly Kernels['name'][]

export interface CombinerOptions {
  /** @default the best there are */
  readonly kernels?: Kernels['name'] | undefined
  /** @default 1 */
  readonly threads?: number | undefined
}

export interface Combiner {
  /** As shown: `simd, 2 threads`. */
  readonly name: string
  /** What it computes with, on the calling thread. */
  readonly kernels: Kernels
  /** The rule, on as many threads as were asked for, however few coordinates there are. One call at a time. */
  combine(
    pipeline: Pipeline,
    vectors: readonly Float32Array[],
    f: number,
    given: Given,
  ): Promise<Float32Array>
  /** Ends its threads. */
  close(): Promise<void>
}

/**
 * What was asked for is never replaced by something else.
 *
 * @throws GAR_NO_SIMD, AGGREGATOR_BAD_THREADS
 */
export function combinerOf({ kernels: asked, threads = 1 }: CombinerOptions): Combiner {
  if (threads < 1 || threads > maxThreads)
    throw aggregatorError({ code: 'AGGREGATOR_BAD_THREADS', threads, maxThreads })
  const kernels = asked === undefined ? defaultKernels() : kernelsNamed(asked)
  return threads === 1 ? onThisThread(kernels) : onThreads(kernels, threads)
}

function onThisThread(kernels: Kernels): Combiner {
  return {
    name: `${kernels.name}, 1 thread`,
    kernels,
    combine: async (pipeline, vectors, f, given) => pipeline.using(kernels)(vectors, f, given),
    close: async () => {},
  }
}

function onThreads(kernels: Kernels, threads: number): Combiner {
  const arena = new Arena()
  const pool = new WorkerPool(threads, { memory: arena.memory, kernels: kernels.name })
  return {
    name: `${kernels.name}, ${threads} threads`,
    kernels,
    combine: async (pipeline, vectors, f, given) =>
      drive({ ...pipeline.prepare(vectors, f, given), arena, pool }),
    close: () => pool.close(),
  }
}
