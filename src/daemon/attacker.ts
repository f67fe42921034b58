/** What an attacker's protocol runs on: a mesh that lies or that a script moves, and at times a learner that lies. */
import { groundOf } from '../agreement/ground.ts'
import { parseProtocol } from '../agreement/parse-protocol.ts'
import { parseAgreementRule } from '../agreement/rule.ts'
import { asAsked } from '../attack/attack.ts'
import type { Attack } from '../attack/attacks.ts'
import { type Conspiracy, rankOf } from '../attack/conspiracy.ts'
import { requireEffect } from '../attack/ground.ts'
import { lyingLearner } from '../attack/lying-learner.ts'
import { play, type Script } from '../attack/script.ts'
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { Learner } from '../model/learner.ts'
import type { Cleanup } from '../util/cleanup.ts'
import { planOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'

export interface AttackChoice {
  /** One of the table, or what `ownAttack` or `ownAdversary` makes. */
  readonly kind: Attack
  /** Who attacks together with this peer. */
  readonly colluders: readonly PeerId[]
}

/** What a peer's protocol touches. */
export interface Seams {
  readonly mesh: Mesh
  readonly learner: Learner
}

export interface Surroundings {
  readonly settings: SwarmSettings
  readonly cleanup: Cleanup
  /** Told where a script fails. */
  readonly fail: (error: Error) => void
}

/** The seams of an attacker, made of those that it would have if it were honest. @throws ATTACK_IDLE */
export function attacking(
  { kind, colluders }: AttackChoice,
  honest: Seams,
  { settings, cleanup, fail }: Surroundings,
): Seams {
  const { mesh } = honest
  const role = mesh.members.find(({ peer }) => peer === mesh.self)?.role ?? ''
  requireEffect(kind, groundOf(parseProtocol(settings.agreement.protocol), role, planOf(settings)))
  const conspiracy = conspiracyOf(new Set([mesh.self, ...colluders]), settings)
  if (kind.script === undefined) return lying(kind, honest, conspiracy, settings)
  const over = new AbortController()
  cleanup.add(() => over.abort())
  return { ...honest, mesh: movedBy(kind.script, mesh, conspiracy, over.signal, fail) }
}

/** The mesh as a script has it. The script ends at the latest when the run does, and nobody waits for it. */
function movedBy(
  script: Script,
  mesh: Mesh,
  { colluders }: Conspiracy,
  signal: AbortSignal,
  fail: (error: Error) => void,
): Mesh {
  const { meshes, done } = play(script, [mesh], { colluders, signal })
  done.catch(fail)
  return meshes[0] ?? mesh
}

function conspiracyOf(
  colluders: ReadonlySet<PeerId>,
  { synchrony, agreement, f }: SwarmSettings,
): Conspiracy {
  const [rule, modelRule] = [parseAgreementRule(agreement.rule), parseAgreementRule(agreement.modelRule)]
  return {
    colluders,
    // A rushing attacker must be heard before the honest deadline: a quarter of it, and never a long time.
    rushMs: Math.min(1000, synchrony.deadlineMs / 4),
    ...(liesAtLearner(agreement.protocol) && { isLiedAbout: ({ kind }) => kind !== 'word' }),
    aggregateOf: (phase) =>
      asAsked((vectors) => (phase === 'gradient' ? rule : modelRule).aggregate(vectors, f)),
  }
}

/** A mesh that lies and, where vectors travel coded or in shares, a learner that does. */
function lying(
  kind: Attack,
  { mesh, learner }: Seams,
  conspiracy: Conspiracy,
  { agreement }: SwarmSettings,
): Seams {
  const liar = kind.misbehave(mesh, conspiracy)
  const forge = liesAtLearner(agreement.protocol) ? kind.forgeAlone : undefined
  if (forge === undefined) return { mesh: liar, learner }
  const aggregate = conspiracy.aggregateOf('gradient')
  const { colluders } = conspiracy
  const rank = rankOf(mesh.self, colluders)
  const knowledge = { liars: colluders.size, rank, aggregate, random: mesh.random }
  return { mesh: liar, learner: lyingLearner(learner, forge(), knowledge) }
}

function liesAtLearner(protocol: string): boolean {
  return parseProtocol(protocol).liesAtLearner ?? false
}
