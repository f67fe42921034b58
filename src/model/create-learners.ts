/** The learners of a whole simulated swarm, in the calling thread: one backend, one network and one copy of the data for all. */
import { type Dataset, datasetOf, imageSize } from '../data/dataset.ts'
import { mnistFiles, readDataset } from '../data/mnist.ts'
import { partition } from '../data/partition.ts'
import { type Poison, poisoned } from '../data/poison.ts'
import type { Learner } from './learner.ts'
import type { LearnerOptions, LocalData } from './learner-options.ts'
import { modelOf } from './models.ts'
import { withMomentumAt } from './momentum.ts'
import { backendOf } from './tfjs-backend.ts'
import { TfjsLearner } from './tfjs-learner.ts'
import { TfjsNetwork } from './tfjs-network.ts'
import { withoutData } from './without-data.ts'

export interface SwarmLearnerOptions extends Omit<LearnerOptions, 'data'> {
  readonly data: Pick<LocalData, 'source' | 'split' | 'members'>
  /** Learners without data that come before those of the members. @default 0 */
  readonly servers?: number
  /** What the member at a position does to its own samples. */
  readonly poison?: (position: number) => Poison | undefined
}

/**
 * A learner for each server and for each member, in order: each gives the bits of the one that `createLearner` makes for it.
 *
 * @throws MODEL_BACKEND_MISSING, MODEL_NO_BACKEND, DATA_*
 */
export async function createLearners(options: SwarmLearnerOptions): Promise<Learner[]> {
  return (await learnerMakers(options)).map((make) => make())
}

/** What makes them, each as it is at the start, as often as it is called. Throws as `createLearners` does. */
export async function learnerMakers(options: SwarmLearnerOptions): Promise<(() => Learner)[]> {
  const { model, seed, batch, schedule, weightDecay, data, poison, servers = 0 } = options
  const { momentum, momentumAt = 'worker' } = options
  const [, { train, test }] = await Promise.all([backendOf(options.backend), dataOf(data.source)])
  const network = new TfjsNetwork(modelOf(model))
  const shares = partition(train.labels, data.split, { seed, members: data.members, atLeast: batch })
  const isShared = data.split.kind === 'whole'
  const common = { network, test, seed, batch, schedule, weightDecay }
  const trainers = shares.map((share, position) => {
    const rows = isShared ? undefined : share
    const kind = poison?.(position)
    const samples =
      kind === undefined ? { train, rows } : { train: poisoned(rows ? subset(train, rows) : train, kind) }
    const member = isShared ? 0 : position
    return () => withMomentumAt(momentumAt, new TfjsLearner({ ...common, ...samples, member }), { momentum })
  })
  const keepers = Array.from({ length: servers }, () => () => {
    const learner = new TfjsLearner({ ...common, train, member: 0 })
    return withoutData(withMomentumAt(momentumAt, learner, { momentum, isServer: true }))
  })
  return [...keepers, ...trainers]
}

interface Data {
  readonly train: Dataset
  readonly test: Dataset
}

/** What was read last: a sweep runs many swarms on the same data, one after the other. */
let latest: { readonly source: string; readonly data: Promise<Data> } | undefined

function dataOf(source: string): Promise<Data> {
  if (latest?.source === source) return latest.data
  const files = mnistFiles(source)
  const data = Promise.all([readDataset(files.train), readDataset(files.test)]).then(([train, test]) => ({
    train,
    test,
  }))
  latest = { source, data }
  return data
}

function subset({ images, labels }: Dataset, rows: Uint32Array): Dataset {
  const chosen = new Uint8Array(rows.length * imageSize)
  rows.forEach((row, i) => {
    chosen.set(images.subarray(row * imageSize, (row + 1) * imageSize), i * imageSize)
  })
  return datasetOf(
    chosen,
    Uint8Array.from(rows, (row) => Number(labels[row])),
  )
}
