/** From a swarm's settings to the learner of one member. */
import type { Attack } from '../attack/attacks.ts'
import type { Member, PeerId } from '../mesh/mesh.ts'
import type { BackendChoice, LearnerOptions, LocalData } from '../model/learner-options.ts'
import { scheduleOf } from '../model/training-settings.ts'
import type { SwarmSettings } from './swarm-schema.ts'

export interface LearnerChoices {
  readonly settings: SwarmSettings
  readonly members: readonly Member[]
  readonly self: PeerId
  readonly backend: BackendChoice
  /** This peer's own data, where it is not where the swarm says. */
  readonly dataset?: string | undefined
  /** For red teams: some attacks poison what is learnt. */
  readonly attack?: { readonly kind: Pick<Attack, 'poison'> } | undefined
}

export function learnerOptions({ settings, backend, ...choices }: LearnerChoices): LearnerOptions {
  const { model, seed, training } = settings
  return {
    model,
    backend,
    seed,
    data: localData(settings, choices),
    batch: training.batch,
    schedule: scheduleOf(training),
    weightDecay: training.weightDecay,
    momentum: training.momentum,
  }
}

function localData(
  { task }: SwarmSettings,
  { members, self, dataset, attack }: Omit<LearnerChoices, 'settings' | 'backend'>,
): LocalData {
  const common = { source: dataset ?? task.data, poison: attack?.kind.poison }
  // One share of one: all of it.
  if (task.split === 'own') return { ...common, split: { kind: 'iid' }, members: 1, index: 0 }
  return {
    ...common,
    split: task.split === 'iid' ? { kind: 'iid' } : { kind: 'dirichlet', alpha: task.alpha },
    members: members.length,
    index: members.findIndex(({ peer }) => peer === self),
  }
}
