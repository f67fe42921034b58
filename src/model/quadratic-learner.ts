/**
 * The learner of the simulator: loss 0.5 * ||theta - center||^2, whose gradient theta - center is known exactly, so
 * that what an agreement does to it can be told from what training does.
 */
import { seededRandom } from '../util/prng.ts'
import { requireLength } from './flatten.ts'
import type { Evaluation, GradientOptions, Learner } from './learner.ts'
import { learningRate, type Schedule } from './schedule.ts'

export interface QuadraticLearnerOptions {
  /** Where this peer's loss is least: [d]. Peers with different centers have different data. */
  readonly center: Float32Array
  /** The parameters at the start; zeros if absent. */
  readonly start?: Float32Array
  readonly schedule: Schedule
  /** L2 coefficient; 0 if absent. */
  readonly weightDecay?: number
  /** Standard deviation of the normal noise on each coordinate of a gradient; none if absent. */
  readonly noise?: { readonly deviation: number; readonly seed: number; readonly member: number }
}

/** Makes one. The noise of a step depends on its seed, member and step alone. */
export function quadraticLearner(options: QuadraticLearnerOptions): Learner {
  const { center, schedule, weightDecay = 0, noise } = options
  const dimension = center.length
  const theta = new Float32Array(dimension)
  if (options.start) {
    requireLength(options.start, dimension)
    theta.set(options.start)
  }
  return {
    dimension,
    async gradient({ step }: GradientOptions) {
      const random = noise && seededRandom(noise.seed, 'noise', noise.member, step)
      const deviation = noise?.deviation ?? 0
      return theta.map((value, i) => value - Number(center[i]) + (random ? deviation * random.normal() : 0))
    },
    async apply(direction, step) {
      requireLength(direction, dimension)
      const rate = learningRate(schedule, step)
      theta.forEach((value, i) => {
        theta[i] = value - rate * (Number(direction[i]) + weightDecay * value)
      })
    },
    async parameters() {
      return theta.slice()
    },
    async load(parameters) {
      requireLength(parameters, dimension)
      theta.set(parameters)
    },
    /** There are no samples to classify: the accuracy is 1 at the center and 0 anywhere else. */
    async evaluate(): Promise<Evaluation> {
      const loss = theta.reduce((sum, value, i) => sum + 0.5 * (value - Number(center[i])) ** 2, 0)
      return { loss, accuracy: loss === 0 ? 1 : 0, samples: 0 }
    },
    async close() {},
  }
}
