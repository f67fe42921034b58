/** Rules over vectors that do not fit into memory: blocks of coordinates in, blocks of the result out. */
import { type CallOptions, pipelineOf, type RuleOptions } from '../gar/aggregate.ts'
import { notFiniteAmong } from '../gar/input.ts'
import { defaultKernels, kernelsNamed } from '../gar/kernels/default-kernels.ts'
import { type Kernels, type Rows, stripeLength } from '../gar/kernels/kernels.ts'
import { completed, type FinishPass, type ReductionPass, sizeOf } from '../gar/plan.ts'
import { type Block, blocksOf, type VectorSource } from './blocks.ts'
import { aggregatorError } from './errors.ts'

export type StreamOptions = RuleOptions &
  Pick<CallOptions, 'own' | 'start'> & {
    /** Stripes of 8,192 coordinates in a block of the result. @default 8: 256 KiB of each vector */
    readonly stripes?: number
    /** @default the fastest that this machine has */
    readonly kernels?: Kernels['name'] | undefined
  }

/**
 * [n][d] to [d], with the bits of `aggregate`, in memory O(n block). The source is read once by rules that are made
 * coordinate by coordinate (average, median, trmean, meamed, phocas), twice by those that measure distances (krum,
 * multikrum, mda, monna, cge; `nnm>` and `arc>` add a pass each), and once more than it has iterations by one that iterates
 * (geomed: T + 1). What is drawn is drawn as where `aggregate` is given no seed.
 *
 * Nothing is read before the first block is asked for. Each block that comes out is a vector of its own.
 *
 * @throws what `aggregate` throws, and AGGREGATOR_BAD_STRIPES, GAR_NO_SIMD, AGGREGATOR_BAD_BLOCK, AGGREGATOR_RAGGED_BLOCK,
 * AGGREGATOR_WRONG_LENGTH; what the source throws. Rules that take holes (average-nan, median-nan) or draw directions (smea-power1) are refused with
 * GAR_NOT_GIVEN.
 */
export async function* aggregateStream(
  source: VectorSource,
  options: StreamOptions,
): AsyncGenerator<Float32Array, void, undefined> {
  const { own, f, stripes = 8 } = options
  if (!Number.isSafeInteger(stripes) || stripes < 1)
    throw aggregatorError({ code: 'AGGREGATOR_BAD_STRIPES', stripes })
  const kernels = options.kernels === undefined ? defaultKernels() : kernelsNamed(options.kernels)
  const sizes = Array.from({ length: source.n }, () => ({ length: source.d }))
  const { plan, start } = pipelineOf(options).prepareUnseen(sizes, f, { own, start: options.start })
  const passes = new StreamPasses(source, { start, kernels, blockLength: stripes * stripeLength })
  let pass = plan.next()
  while (pass.done !== true) pass = plan.next(await passes.reduce(pass.value))
  yield* passes.combine(pass.value)
}

interface StreamPassesOptions {
  readonly start: Float32Array | undefined
  readonly kernels: Kernels
  readonly blockLength: number
}

class StreamPasses {
  readonly #source: VectorSource
  readonly #options: StreamPassesOptions

  constructor(source: VectorSource, options: StreamPassesOptions) {
    this.#source = source
    this.#options = options
  }

  async reduce(pass: ReductionPass): Promise<Float64Array> {
    const total = new Float64Array(sizeOf(pass))
    const sums = new Float64Array(total.length)
    for await (const block of this.#blocks()) {
      const rows = this.#rowsOf(block, pass)
      const length = block.rows[0]?.length ?? 0
      for (let from = 0; from < length; from += stripeLength) {
        const to = Math.min(from + stripeLength, length)
        if (!this.#options.kernels.reduce(pass.reduction, rows, from, to, sums.fill(0)))
          throw notFiniteAmong(rows.vectors, block.from)
        for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (sums[i] as number)
      }
    }
    return completed(pass, total)
  }

  async *combine(pass: FinishPass): AsyncGenerator<Float32Array, void, undefined> {
    for await (const block of this.#blocks()) {
      const rows = this.#rowsOf(block, pass)
      const result = new Float32Array(block.rows[0]?.length ?? 0)
      if (!this.#options.kernels.combine(pass.combination, rows, 0, result.length, result))
        throw notFiniteAmong(rows.vectors, block.from)
      yield result
    }
  }

  #blocks(): AsyncGenerator<Block, void, undefined> {
    return blocksOf(this.#source, this.#options.blockLength)
  }

  /** Looked at in every pass: a source may give other values the second time, and must not give such as are not finite. */
  #rowsOf({ rows, from }: Block, { mixes, withStart }: ReductionPass | FinishPass): Rows {
    const { start } = this.#options
    const length = rows[0]?.length ?? 0
    const vectors = withStart && start !== undefined ? [...rows, start.subarray(from, from + length)] : rows
    return { vectors, mixes }
  }
}
