/** From a swarm's settings to the learner of one member. */
import { peersWith } from '../agreement/roles.ts'
import type { Attack } from '../attack/attacks.ts'
import type { Member, PeerId } from '../mesh/mesh.ts'
import type { BackendChoice, LearnerOptions, LocalData } from '../model/learner-options.ts'
import { scheduleOf } from '../model/training-settings.ts'
import { daemonError } from './errors.ts'
import { protocolOf } from './swarm-file.ts'
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

export function learnerOptions(choices: LearnerChoices): LearnerOptions {
  const { settings, backend } = choices
  const { model, seed, training } = settings
  return {
    model,
    backend: backendFor(settings, backend),
    seed,
    data: localData(choices),
    batch: training.batch,
    schedule: scheduleOf(training),
    weightDecay: training.weightDecay,
    momentum: training.momentum,
    momentumAt: protocolOf(settings).momentum,
  }
}

/**
 * Where members compute the same gradients and compare them, all have the backend whose bits are the same on every machine, also
 * those that another would serve faster.
 *
 * @throws DAEMON_WRONG_BACKEND where another was named
 */
export function backendFor(settings: SwarmSettings, choice: BackendChoice): BackendChoice {
  const { data, text } = protocolOf(settings)
  if (data === 'own') return choice
  if (choice === 'auto' || choice === 'wasm') return 'wasm'
  throw daemonError({ code: 'DAEMON_WRONG_BACKEND', protocol: text, backend: choice })
}

function localData({ settings, members, self, dataset, attack }: LearnerChoices): LocalData {
  const { task } = settings
  const trainers = peersWith(members, protocolOf(settings).trainer)
  const position = trainers.indexOf(self)
  const common = { source: dataset ?? task.data, poison: attack?.kind.poison }
  const isShared = protocolOf(settings).data === 'shared'
  if (position < 0)
    return { ...common, split: { kind: isShared ? 'whole' : 'iid' }, members: 1, index: undefined }
  const share = { ...common, members: trainers.length, index: position }
  if (isShared) return { ...share, split: { kind: 'whole' } }
  switch (task.split) {
    case 'own':
      // One share of one: all of it.
      return { ...common, split: { kind: 'iid' }, members: 1, index: 0 }
    case 'iid':
      return { ...share, split: { kind: 'iid' } }
    case 'dirichlet':
      return { ...share, split: { kind: 'dirichlet', alpha: task.alpha } }
    default:
      return task.split satisfies never
  }
}
