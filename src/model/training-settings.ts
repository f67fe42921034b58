/** How to train, as swarm files and scenarios say it: one section of their tables. */
import { z } from 'zod'
import { above, between, means, oneOf, whole } from '../util/settings-table.ts'
import type { Schedule } from './schedule.ts'

const learningRate = z
  .strictObject({
    kind: means(
      'constant: always rate. step: rate, multiplied by factor after every so many steps. inverse: rate / (1 + decay * (step - 1)).',
      oneOf('constant', 'step', 'inverse').default('constant'),
    ),
    rate: means('The learning rate of the first step.', above(0, 1000).default(0.5)),
    factor: means('For step: what the rate is multiplied by.', above(0, 1).default(0.5)),
    everySteps: means('For step: after how many steps.', whole(1, 1_000_000_000).default(100)),
    decay: means('For inverse: how fast the rate falls.', between(0, 1000).default(0.01)),
  })
  .prefault({})

export const trainingSettings = z
  .strictObject({
    steps: means('Steps to take.', whole(1, 100_000_000).default(400)),
    batch: means('Samples a gradient.', whole(1, 65_536).default(64)),
    momentum: means(
      'Weight of the past in the momentum that each peer keeps of its own gradients; 0 for none.',
      between(0, 0.9999).default(0.9),
    ),
    weightDecay: means('Coefficient of L2 regularisation; 0 for none.', between(0, 1).default(0)),
    learningRate: means('How far a step goes.', learningRate),
  })
  .prefault({})

/** The learning rate as a learner takes it. */
export function scheduleOf({ learningRate }: z.infer<typeof trainingSettings>): Schedule {
  const { kind, rate, factor, everySteps, decay } = learningRate
  switch (kind) {
    case 'constant':
      return { kind, rate }
    case 'step':
      return { kind, rate, factor, every: everySteps }
    case 'inverse':
      return { kind, rate, decay }
    default:
      return kind satisfies never
  }
}
