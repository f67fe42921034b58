/** Makes a learner in the calling thread, which it then keeps busy: a daemon calls `startLearner` instead. */
import { type Dataset, datasetOf, histogramOf } from '../data/dataset.ts'
import { dataError } from '../data/errors.ts'
import { type MnistFiles, mnistFiles, readDataset, readLabels } from '../data/mnist.ts'
import { partition } from '../data/partition.ts'
import { poisoned } from '../data/poison.ts'
import type { LearnerOptions, LearnerSummary, LocalLearner } from './learner-options.ts'
import { modelOf } from './models.ts'
import { withMomentumAt } from './momentum.ts'
import { backendOf } from './tfjs-backend.ts'
import { TfjsLearner } from './tfjs-learner.ts'
import { TfjsNetwork } from './tfjs-network.ts'

/**
 * Loads backend, data and model. All peers with one seed start from the same parameters and split the data alike.
 * tfjs has one backend a thread: make all learners of a thread with the same choice.
 *
 * @throws MODEL_BACKEND_MISSING, MODEL_NO_BACKEND, DATA_*
 */
export async function createLearner(options: LearnerOptions): Promise<LocalLearner> {
  const files = mnistFiles(options.data.source)
  const [backend, train, test] = await Promise.all([
    backendOf(options.backend),
    readShare(files, options),
    readDataset(files.test),
  ])
  const { model, seed, batch, schedule, weightDecay, momentum, momentumAt = 'worker' } = options
  const network = new TfjsNetwork(modelOf(model))
  const isShared = options.data.split.kind === 'whole'
  // With the same data, members that draw the same batch have the same samples.
  const member = isShared ? 0 : (options.data.index ?? 0)
  const learner = new TfjsLearner({ network, train, test, seed, member, batch, schedule, weightDecay })
  const summary: LearnerSummary = {
    model,
    dimension: learner.dimension,
    backend: backend.name,
    passedOver: backend.passedOver,
    samples: train.size,
    histogram: histogramOf(train.labels),
    testSamples: test.size,
  }
  return Object.assign(withMomentumAt(momentumAt, learner, { momentum }), { summary })
}

/** This member's samples, poisoned where it attacks so; none at a server. */
async function readShare(files: MnistFiles, { data, seed, batch }: LearnerOptions): Promise<Dataset> {
  if (data.index === undefined) return datasetOf(new Uint8Array(), new Uint8Array())
  const labels = await readLabels(files.train.labels)
  const shares = partition(labels, data.split, { seed, members: data.members, atLeast: batch })
  const rows = shares[data.index]
  if (!rows) {
    throw dataError({
      code: 'DATA_BAD_SPLIT',
      reason: `share ${data.index} was asked for, of ${data.members} counted from 0`,
    })
  }
  const share = await readDataset(files.train, rows)
  return data.poison === undefined ? share : poisoned(share, data.poison)
}
