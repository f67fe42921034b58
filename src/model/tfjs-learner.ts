/** A learner on a tfjs network: parameters, samples and the optimiser's arithmetic in plain TypeScript. */
import { type BatchKey, drawBatch, gatherBatch, sliceBatch } from '../data/batches.ts'
import { type Dataset, imageSize } from '../data/dataset.ts'
import { requireLength } from './flatten.ts'
import type { Evaluation, GradientOptions, Learner } from './learner.ts'
import { initialParameters } from './models.ts'
import { learningRate, type Schedule } from './schedule.ts'
import { emptyScore, evaluationOf, score } from './score.ts'
import type { TfjsNetwork } from './tfjs-network.ts'

/** Samples evaluated at once: bounds memory; more is no faster. */
const evaluationChunk = 500

/**
 * Where the images of a batch are until they are in a tensor, which nothing comes between: one place for all learners of the
 * thread, or every gradient would leave them to the garbage collector. And one for those that are evaluated.
 */
const roomForGradient = room()
const roomForEvaluation = room()

function room(): (batch: number) => Float32Array {
  let latest = new Float32Array()
  return (batch) => {
    if (latest.length !== batch * imageSize) latest = new Float32Array(batch * imageSize)
    return latest
  }
}

export interface TfjsLearnerOptions {
  readonly network: TfjsNetwork
  readonly train: Dataset
  /** Which samples of `train` are this learner's own, in its order. @default all */
  readonly rows?: Uint32Array | undefined
  readonly test: Dataset
  /** Decides initialisation and batches. */
  readonly seed: number
  /** Position of this learner among the members: batches of different members are independent. */
  readonly member: number
  /** Samples a gradient. */
  readonly batch: number
  readonly schedule: Schedule
  /** L2 coefficient; 0 for none. */
  readonly weightDecay: number
}

export class TfjsLearner implements Learner {
  readonly dimension: number
  readonly #options: TfjsLearnerOptions
  readonly #parameters: Float32Array

  constructor(options: TfjsLearnerOptions) {
    const { model } = options.network
    this.#options = options
    this.#parameters = initialParameters(model, options.seed)
    this.dimension = model.dimension
  }

  /** @throws DATA_BATCH_TOO_LARGE */
  async gradient({ step, batch = this.#options.batch }: GradientOptions): Promise<Float32Array> {
    const { network, train, rows, seed, member } = this.#options
    const key: BatchKey = { seed, member, step }
    const drawn = drawBatch(key, rows?.length ?? train.size, batch)
    const chosen = rows === undefined ? drawn : drawn.map((own) => rows[own] as number)
    return network.gradient(this.#parameters, gatherBatch(train, chosen, roomForGradient(batch)))
  }

  /** @throws MODEL_WRONG_LENGTH */
  async apply(direction: Float32Array, step: number): Promise<void> {
    requireLength(direction, this.dimension)
    const { schedule, weightDecay } = this.#options
    const rate = learningRate(schedule, step)
    const parameters = this.#parameters
    for (let i = 0; i < parameters.length; i++) {
      const value = parameters[i] as number
      parameters[i] = value - rate * ((direction[i] as number) + weightDecay * value)
    }
  }

  async parameters(): Promise<Float32Array> {
    return this.#parameters.slice()
  }

  /** @throws MODEL_WRONG_LENGTH */
  async load(parameters: Float32Array): Promise<void> {
    requireLength(parameters, this.dimension)
    this.#parameters.set(parameters)
  }

  async evaluate({ samples }: { readonly samples?: number } = {}): Promise<Evaluation> {
    const { network, test } = this.#options
    const end = Math.min(samples ?? test.size, test.size)
    // A copy, so that all chunks are measured on one model whatever is applied meanwhile.
    const parameters = this.#parameters.slice()
    const total = emptyScore()
    for (let start = 0; start < end; start += evaluationChunk) {
      const until = Math.min(start + evaluationChunk, end)
      const batch = sliceBatch(test, start, until, roomForEvaluation(until - start))
      score(await network.logits(parameters, batch), batch, total)
    }
    return evaluationOf(total)
  }

  async close(): Promise<void> {}
}
