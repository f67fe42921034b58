/** The learners of one arm: a share of the images for each member, or a center to be drawn to. */
import type { Split } from '../data/partition.ts'
import type { Poison } from '../data/poison.ts'
import { learnerMakers } from '../model/create-learners.ts'
import type { Learner } from '../model/learner.ts'
import { withMomentumAt } from '../model/momentum.ts'
import { quadraticLearner } from '../model/quadratic-learner.ts'
import { scheduleOf } from '../model/training-settings.ts'
import { withoutData } from '../model/without-data.ts'
import { seededRandom } from '../util/prng.ts'
import { protocolOf } from './check-arm.ts'
import type { ArmSettings } from './scenario-schema.ts'

/** What a model scores. */
export interface Score {
  readonly loss: number
  /** Null where there is nothing to classify. */
  readonly accuracy: number | null
}

export interface ArmLearners {
  /** In the order of the members: of servers, which have no data, first. */
  readonly learners: readonly Learner[]
  /** The learner of the member at a position as it was at the start, which takes the place of the one that it has. */
  renew(position: number): Learner
  /** Scores the model that the member at a position has now, on at most `samples`. */
  measure(position: number, samples?: number): Promise<Score>
}

/**
 * @param honest the positions of those who train and do not attack
 * @param poison what the member at a position does to its data
 * @throws MODEL_*, DATA_*
 */
export async function learnersOf(
  settings: ArmSettings,
  honest: readonly number[],
  poison: (position: number) => Poison | undefined,
): Promise<ArmLearners> {
  if (settings.task.data === 'quadratic') return quadraticLearners(settings, honest)
  const { n, model, backend, seed, task, training } = settings
  const { servers, data, momentum: momentumAt } = protocolOf(settings)
  const isShared = data === 'shared'
  const makers = await learnerMakers({
    model,
    backend,
    seed,
    batch: training.batch,
    schedule: scheduleOf(training),
    weightDecay: training.weightDecay,
    momentum: training.momentum,
    momentumAt,
    data: { source: task.data, split: isShared ? { kind: 'whole' } : splitOf(task), members: n },
    servers: servers.length,
    poison: (position) => poison(position + servers.length),
  })
  const learners = makers.map((make) => make())
  return {
    learners,
    renew: renewing(learners, makers),
    measure: async (position, samples) => {
      const evaluated = await learners[position]?.evaluate(samples === undefined ? {} : { samples })
      return { loss: evaluated?.loss ?? Number.NaN, accuracy: evaluated?.accuracy ?? null }
    },
  }
}

function renewing(learners: Learner[], makers: readonly (() => Learner)[]): ArmLearners['renew'] {
  return (position) => {
    const made = makers[position]?.()
    if (made === undefined) throw new RangeError(`there is no member ${position}`)
    learners[position] = made
    return made
  }
}

function splitOf({ split, alpha, shards }: ArmSettings['task']): Split {
  switch (split) {
    case 'iid':
      return { kind: split }
    case 'dirichlet':
      return { kind: split, alpha }
    case 'shards':
      return { kind: split, each: shards }
    default:
      return split satisfies never
  }
}

/** The loss is what the mean honest loss is above its least value: half the squared distance from the mean honest center. */
function quadraticLearners(settings: ArmSettings, honest: readonly number[]): ArmLearners {
  const { n, seed, task, training } = settings
  const { dimension, apart, noise } = task
  const { servers, data, momentum: momentumAt = 'worker' } = protocolOf(settings)
  const isShared = data === 'shared'
  const first = servers.length
  const ownOf = (position: number) => (isShared ? 0 : Math.max(0, position - first))
  const centerOf = (position: number) => {
    const random = seededRandom(seed, 'center', ownOf(position))
    return Float32Array.from({ length: dimension }, () => 1 + apart * random.normal())
  }
  const centers = Array.from({ length: first + n }, (_, position) => centerOf(position))
  const best = Float64Array.from(
    { length: dimension },
    (_, k) => honest.reduce((sum, position) => sum + Number(centers[position]?.[k]), 0) / honest.length,
  )
  const makers = centers.map((center, position) => () => {
    const drawn = noise === 0 ? {} : { noise: { deviation: noise, seed, member: ownOf(position) } }
    const { weightDecay, momentum } = training
    const learner = quadraticLearner({ center, schedule: scheduleOf(training), weightDecay, ...drawn })
    const isServer = position < first
    const kept = withMomentumAt(momentumAt, learner, { momentum, isServer })
    return isServer ? withoutData(kept) : kept
  })
  const learners = makers.map((make) => make())
  return {
    learners,
    renew: renewing(learners, makers),
    measure: async (position) => {
      const model = (await learners[position]?.parameters()) ?? new Float32Array()
      return { loss: model.reduce((sum, x, k) => sum + 0.5 * (x - Number(best[k])) ** 2, 0), accuracy: null }
    },
  }
}
