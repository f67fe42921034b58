/** What is settled about a run before it starts: may the swarm start at all, and what is written of it everywhere. */
import { groundOf } from '../agreement/ground.ts'
import type { Assessment } from '../agreement/resilience.ts'
import type { Attack } from '../attack/attacks.ts'
import { requireEffect, whyIdle } from '../attack/ground.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import type { Log } from '../util/log.ts'
import type { DaemonOptions } from './daemon.ts'
import type { FoundSwarm } from './find-swarm.ts'
import type { Facts } from './ledger.ts'
import { backendFor } from './open-learner.ts'
import type { DaemonStatus } from './status.ts'
import { planOf, protocolOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'

/**
 * @throws AGREEMENT_IMPOSSIBLE where the swarm cannot run; AGREEMENT_OUTSIDE_PROOF or AGREEMENT_UNPROVEN_RULE where nothing
 *   is proven of it, unless `outsideProof`; DAEMON_WRONG_BACKEND, ATTACK_IDLE before anybody counts on this peer
 */
export function factsOf(
  { id, settings }: FoundSwarm,
  peer: PeerId,
  { attack, backend, outsideProof }: Pick<DaemonOptions, 'attack' | 'backend' | 'outsideProof'>,
): Facts {
  backendFor(settings, backend)
  const assessment = assessmentOf(settings)
  const isOutside = assessment.standing !== 'proven'
  if (isOutside && !(assessment.standing === 'outside-proof' && outsideProof)) throw assessment.error
  requireSomeEffect(settings, attack?.kind)
  const { name, n, f, model, training, agreement } = settings
  const { profile, rule, modelRule } = agreement
  const { text: protocol, servers } = protocolOf(settings)
  // The first bound of a phase names its rule; others may be about other parts of the protocol.
  const combines = assessment.phases
    .filter(({ phase }, i, all) => all.findIndex((one) => one.phase === phase) === i)
    .map(({ phase, rule }) => ({ phase, rule }))
  return {
    peer,
    swarm: {
      ...{ id, name, n, f, servers: [...servers], steps: training.steps, model },
      ...{ protocol, profile, rule, modelRule, combines },
    },
    standing: isOutside ? `outside the proof: ${assessment.sentence}` : assessment.sentence,
    outsideProof: isOutside,
    ...(attack === undefined ? {} : { attack: attack.kind.text }),
  }
}

/** An attack that does nothing in any role is refused now, before anybody counts on this peer; its role comes with the roster. */
function requireSomeEffect(settings: SwarmSettings, attack: Attack | undefined): void {
  if (attack === undefined) return
  const [protocol, plan] = [protocolOf(settings), planOf(settings)]
  const grounds = [protocol.trainer, ...protocol.servers].map((role) => groundOf(protocol, role, plan))
  const [first] = grounds
  if (first !== undefined && grounds.every((ground) => whyIdle(attack, ground) !== undefined))
    requireEffect(attack, first)
}

/** Logs what the guard says of each phase. */
export function tellStandings(log: Log, settings: SwarmSettings): void {
  for (const { phase, rule, bound, needed, contraction, standing, sentence } of assessmentOf(settings).phases)
    log.info(`${protocolOf(settings).text} on ${phase}s is ${standing}: ${sentence}`, {
      rule,
      bound,
      needed,
      factor: contraction?.factor,
    })
}

function assessmentOf(settings: SwarmSettings): Assessment {
  return protocolOf(settings).assess(planOf(settings))
}

/** What a model file says of itself: text by text, as safetensors has it. */
export function metadataOf(
  { id, settings }: FoundSwarm,
  step: Step,
  { evaluation }: DaemonStatus,
): Readonly<Record<string, string>> {
  return {
    producer: 'medoid',
    swarm: id,
    model: settings.model,
    step: String(step),
    steps: String(settings.training.steps),
    seed: String(settings.seed),
    ...(evaluation === undefined
      ? {}
      : { accuracy: String(evaluation.accuracy), accuracyStep: String(evaluation.step) }),
  }
}
