/** Rules on many threads: a pool of workers over one shared memory, in which vectors can be allocated. */
import { availableParallelism } from 'node:os'
import { type AggregateOptions, givenOf, pipelineOf } from '../gar/aggregate.ts'
import type { Gar } from '../gar/gar.ts'
import { defaultKernels, kernelsNamed } from '../gar/kernels/default-kernels.ts'
import type { Kernels } from '../gar/kernels/kernels.ts'
import type { Pipeline } from '../gar/pipeline.ts'
import { run } from '../gar/run.ts'
import { Arena, alignment } from './arena.ts'
import { drive } from './drive.ts'
import { aggregatorError } from './errors.ts'
import type { ThreadSetup } from './job.ts'
import { WorkerPool } from './worker-pool.ts'

export const maxThreads = 64

/**
 * Values (n d) below which a run is over sooner on the calling thread. Each pass costs threads 0.05 ms more, for waking
 * them; on two of them nnm>trmean breaks even at 0.3 M values and median at 1 M, where it takes 0.2 ms.
 */
export const fewValues = 2 ** 20

/**
 * 256 MiB that vectors never take. Kernels need some memory for themselves, which they take when they first run: a thread that
 * found none would end, and all others with it.
 */
const sparePages = 2 ** 12

export interface AggregatorOptions {
  /** @default one for each processor */
  readonly threads?: number
  /** @default the fastest that this machine has */
  readonly kernels?: Kernels['name']
}

/** What is to be computed, and where the result goes. */
export type ThreadedOptions = AggregateOptions & {
  /** A vector of this aggregator's own memory, which then is the result. @default an ordinary array */
  readonly into?: Float32Array | undefined
}

/** As `Pipeline.aggregate` is called, and where the result goes. */
type ThreadedCall = [...Parameters<Gar>, into?: Float32Array | undefined]

/** The same rules as `aggregate`, with the same bits, off the calling thread. */
export interface Aggregator extends AsyncDisposable {
  readonly threads: number
  /**
   * n vectors of d coordinates in memory that all threads read: what is written there is never copied again. They hold
   * whatever was there before, and are the caller's until released.
   *
   * @throws AGGREGATOR_BAD_SIZE, AGGREGATOR_MEMORY_FULL, AGGREGATOR_CLOSED
   */
  allocate(n: number, d: number): Float32Array[]
  /**
   * Gives vectors back. Runs that were begun with them keep them until they are over.
   *
   * @throws AGGREGATOR_NOT_ALLOCATED, and then gives none back
   */
  release(vectors: readonly Float32Array[]): void
  /**
   * [n][d] to [d]. Vectors may be allocated or in ordinary arrays, which are copied while the threads work; nobody may
   * write to them before the promise is settled. Calls are served in the order in which they are made; one on few values
   * is computed at once, on the calling thread.
   *
   * Rejects with what `aggregate` throws; with AGGREGATOR_NOT_ALLOCATED or AGGREGATOR_BAD_RESULT where a vector is in this
   * memory but not allocated; with AGGREGATOR_MEMORY_FULL where there is no room for copies; with
   * AGGREGATOR_WORKER_DIED, AGGREGATOR_CLOSED.
   */
  aggregate(vectors: readonly Float32Array[], options: ThreadedOptions): Promise<Float32Array>
  /** The same for a rule that has been read. */
  run(rule: Pick<Pipeline, 'prepare'>, ...call: ThreadedCall): Promise<Float32Array>
  /** Ends all threads. What is not finished is rejected with AGGREGATOR_CLOSED. May be called again. */
  close(): Promise<void>
}

/**
 * Threads share 4 GiB of addresses at most. They are started at the first call that has work for them, and do not keep the
 * process from ending.
 *
 * @throws AGGREGATOR_BAD_THREADS; GAR_NO_SIMD where SIMD is asked for and missing
 */
export function createAggregator({
  threads = Math.min(availableParallelism(), maxThreads),
  kernels = defaultKernels().name,
}: AggregatorOptions = {}): Aggregator {
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > maxThreads)
    throw aggregatorError({ code: 'AGGREGATOR_BAD_THREADS', threads, maxThreads })
  return new ThreadedAggregator(threads, kernels)
}

class ThreadedAggregator implements Aggregator {
  readonly threads: number
  readonly #arena = new Arena({ sparePages })
  readonly #setup: ThreadSetup
  #pool: WorkerPool | undefined
  readonly #kernels: Kernels
  /** Resolves when the call that was made last is over. */
  #last: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(threads: number, kernels: Kernels['name']) {
    const { memory } = this.#arena
    this.#kernels = kernelsNamed(kernels, memory)
    this.#setup = { memory, kernels }
    this.threads = threads
  }

  allocate(n: number, d: number): Float32Array[] {
    this.#checkOpen()
    if (!(Number.isSafeInteger(n) && n > 0 && Number.isSafeInteger(d) && d > 0))
      throw aggregatorError({ code: 'AGGREGATOR_BAD_SIZE', n, d })
    const addresses: number[] = []
    try {
      while (addresses.length < n) addresses.push(this.#arena.allocate(staggeredBytes(d)))
    } catch (error) {
      for (const address of addresses) this.#arena.release(address)
      throw error
    }
    return addresses.map((address) => this.#arena.floats(address, d))
  }

  release(vectors: readonly Float32Array[]): void {
    const addresses = new Set(vectors.map((vector, position) => this.#addressOf(vector, position)))
    for (const address of addresses) this.#arena.release(address)
  }

  async aggregate(vectors: readonly Float32Array[], options: ThreadedOptions): Promise<Float32Array> {
    return this.run(pipelineOf(options), vectors, options.f, givenOf(options), options.into)
  }

  async run(
    rule: Pick<Pipeline, 'prepare'>,
    ...[vectors, f, given, into]: ThreadedCall
  ): Promise<Float32Array> {
    this.#checkOpen()
    const prepared = rule.prepare(vectors, f, given)
    const letGo = this.#hold(
      [...prepared.inputs.vectors, ...(prepared.inputs.start ? [prepared.inputs.start] : [])],
      into,
    )
    try {
      const [first] = vectors
      if (vectors.length * (first?.length ?? 0) >= fewValues)
        return await this.#inTurn(() =>
          drive({ ...prepared, arena: this.#arena, pool: this.#startPool(), into }),
        )
      const result = run(prepared.plan, { ...prepared.inputs, kernels: this.#kernels })
      into?.set(result)
      return into ?? result
    } finally {
      letGo()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Whoever only ever has few values pays for no threads. */
  #startPool(): WorkerPool {
    this.#checkOpen()
    this.#pool ??= new WorkerPool(this.threads, this.#setup)
    return this.#pool
  }

  #checkOpen(): void {
    if (this.#isClosed) throw aggregatorError({ code: 'AGGREGATOR_CLOSED' })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => {})
    return result
  }

  /** Keeps what lies in the arena where it is until the function that it returns is called. */
  #hold(inputs: readonly Float32Array[], into: Float32Array | undefined): () => void {
    const addresses = inputs.flatMap((vector, position) =>
      this.#arena.contains(vector) ? [this.#addressOf(vector, position)] : [],
    )
    if (into !== undefined) {
      const expected = inputs[0]?.length ?? 0
      const address = this.#arena.blockOf(into)
      if (address === undefined || into.length !== expected || addresses.includes(address))
        throw aggregatorError({ code: 'AGGREGATOR_BAD_RESULT', length: into.length, expected })
      addresses.push(address)
    }
    for (const address of addresses) this.#arena.use(address)
    return () => {
      for (const address of addresses) this.#arena.letGo(address)
    }
  }

  #addressOf(vector: Float32Array, position: number): number {
    const address = this.#arena.blockOf(vector)
    if (address === undefined) throw aggregatorError({ code: 'AGGREGATOR_NOT_ALLOCATED', position })
    return address
  }
}

/**
 * An odd number of cache lines: else, where d is a power of two, the same coordinate of all vectors would lie in the same
 * set of the cache, and reading one would throw out another.
 */
function staggeredBytes(d: number): number {
  const lines = Math.ceil((d * Float32Array.BYTES_PER_ELEMENT) / alignment)
  // No bitwise operator: it would cut the line count of a vector that is far too long to 32 bits.
  return (lines % 2 === 0 ? lines + 1 : lines) * alignment
}
