/** Reads swarm files: YAML that `swarm-schema.ts` describes. Whatever is wrong is named by field, value and what is allowed. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { z } from 'zod'
import { parseProtocol } from '../agreement/parse-protocol.ts'
import type { Protocol, ProtocolPlan } from '../agreement/protocol.ts'
import { parseAgreementRule } from '../agreement/rule.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { modelOf } from '../model/models.ts'
import { type Cast, membersIn, rolesIn } from '../peer/cast.ts'
import { maxMembers } from '../peer/roster.ts'
import { canonicalJson, type Json } from '../util/canonical-json.ts'
import { complaintOf } from '../util/settings-table.ts'
import { daemonError } from './errors.ts'
import { type SwarmSettings, swarmSchema } from './swarm-schema.ts'

/** @throws SWARM_UNREADABLE and what `parseSwarmFile` throws */
export async function readSwarmFile(path: string): Promise<SwarmSettings> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw daemonError({ code: 'SWARM_UNREADABLE', path, reason: cause.message }, { cause })
  })
  return parseSwarmFile(text)
}

/** @throws SWARM_NOT_YAML and what `checkSettings` throws */
export function parseSwarmFile(text: string): SwarmSettings {
  let value: unknown
  try {
    // No aliases: they would let a short file describe a long one.
    value = parse(text, { schema: 'core', uniqueKeys: true, maxAliasCount: 0 })
  } catch (cause) {
    const [reason = ''] = String(cause instanceof Error ? cause.message : cause).split(':\n')
    throw daemonError({ code: 'SWARM_NOT_YAML', reason }, { cause })
  }
  return checkSettings(value ?? {})
}

/**
 * Fills in defaults and checks everything that one setting, or several together, must be.
 *
 * @throws SWARM_UNKNOWN_FIELD, SWARM_BAD_VALUE, SWARM_LIST_TOO_SHORT, SWARM_BAD_ROLES, GAR_* where a rule is none, and
 *   AGREEMENT_UNKNOWN_PROTOCOL and AGREEMENT_BAD_PARAMETER where a protocol is none
 */
export function checkSettings(value: unknown): SwarmSettings {
  const { data, error } = swarmSchema.safeParse(value)
  if (error !== undefined) throw problemOf(error, value)
  parseAgreementRule(data.agreement.rule)
  parseAgreementRule(data.agreement.modelRule)
  const cast = castOf(data)
  const members = membersIn(cast)
  const most = maxMembers - cast.servers.length
  if (data.n > most) {
    const allowed = `a whole number from 1 to ${most}, with ${cast.servers.length} servers`
    throw daemonError({ code: 'SWARM_BAD_VALUE', field: 'n', value: String(data.n), allowed })
  }
  checkRoles(data.membership.roles, cast)
  const { policy, peers } = data.membership
  // The founder may list itself or not, so one name fewer can be enough.
  const listed = new Set(peers).size
  if (policy === 'listed' && listed < members - 1)
    throw daemonError({ code: 'SWARM_LIST_TOO_SHORT', members, listed })
  return data
}

/** What can only be said of a swarm once its founder is known. Throws SWARM_BAD_ROLES. */
export function checkFounder(settings: SwarmSettings, founder: PeerId): void {
  const cast = castOf(settings)
  const { policy, peers } = settings.membership
  const others = [...cast.named.keys()].filter((peer) => peer !== founder)
  const refuse = (reason: string) => daemonError({ code: 'SWARM_BAD_ROLES', reason })
  if (others.length > membersIn(cast) - 1) throw refuse(`no role is left for the founder ${founder}`)
  const unlisted = others.find((peer) => policy === 'listed' && !peers.includes(peer))
  if (unlisted !== undefined) throw refuse(`${unlisted} is not in membership.peers`)
}

/** Nobody is named twice, and no role more often than there is room. */
function checkRoles(roles: SwarmSettings['membership']['roles'], cast: Cast): void {
  const refuse = (reason: string) => daemonError({ code: 'SWARM_BAD_ROLES', reason })
  const given = rolesIn(cast)
  for (const [role, peers] of Object.entries(roles)) {
    const places = given.filter((one) => one === role).length
    if (peers.length > places)
      throw refuse(
        `${peers.length} peers are to have the role ${role}, and the protocol has room for ${places}`,
      )
  }
  const named = Object.values(roles).flat()
  const twice = named.find((peer, i) => named.indexOf(peer) < i)
  if (twice !== undefined) throw refuse(`${twice} is named twice`)
}

/** The text that is signed and digested: equal for equal settings, however their file was laid out. */
export function describeSwarm(settings: SwarmSettings): string {
  return canonicalJson(settings as Json)
}

/** Reads what `describeSwarm` wrote, possibly on another machine. Throws as `checkSettings` does. */
export function settingsIn(description: string): SwarmSettings {
  let value: unknown
  try {
    value = JSON.parse(description)
  } catch (cause) {
    throw daemonError({ code: 'SWARM_NOT_YAML', reason: 'the description that came is no JSON' }, { cause })
  }
  return checkSettings(value)
}

export function protocolOf({ agreement }: SwarmSettings): Protocol {
  return parseProtocol(agreement.protocol)
}

/** Steps on each side of its own for which a peer keeps what others say. */
export function windowOf(settings: SwarmSettings): number {
  return Math.max(settings.limits.window, protocolOf(settings).window?.(planOf(settings)) ?? 0)
}

/** Which roles there are, and who is to have them. */
export function castOf({ n, agreement, membership }: SwarmSettings): Cast {
  const { servers, trainer } = parseProtocol(agreement.protocol)
  const named = Object.entries(membership.roles).flatMap(([role, peers]) =>
    peers.map((peer) => [peer, role] as const),
  )
  return { servers, trainer, trainers: n, named: new Map(named) }
}

/** What the guard and the protocol have to know of a swarm. */
export function planOf({ n, f, model, agreement, synchrony }: SwarmSettings): ProtocolPlan {
  return {
    n,
    f,
    dimension: modelOf(model).dimension,
    late: synchrony.late === 'f' ? f : synchrony.late,
    policy: synchrony.policy,
    profile: agreement.profile,
    halvings: agreement.halvings,
    rounds: byHand(agreement.rounds),
    modelRounds: byHand(agreement.modelRounds),
    rule: parseAgreementRule(agreement.rule),
    modelRule: parseAgreementRule(agreement.modelRule),
  }
}

function byHand(rounds: number | 'derived'): number | undefined {
  return rounds === 'derived' ? undefined : rounds
}

function problemOf(error: z.ZodError, value: unknown) {
  const complaint = complaintOf(error, value, swarmSchema)
  const { field } = complaint
  if (complaint.kind === 'unknown field')
    return daemonError({ code: 'SWARM_UNKNOWN_FIELD', field, known: complaint.known })
  const { value: given, allowed } = complaint
  return daemonError({ code: 'SWARM_BAD_VALUE', field: field || 'the swarm file', value: given, allowed })
}
