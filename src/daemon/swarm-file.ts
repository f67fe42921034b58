/** Reads swarm files: YAML that `swarm-schema.ts` describes. Whatever is wrong is named by field, value and what is allowed. */
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import type { z } from 'zod'
import type { Plan } from '../agreement/resilience.ts'
import { parseAgreementRule } from '../agreement/rule.ts'
import { canonicalJson, type Json } from '../util/canonical-json.ts'
import { complaintOf } from '../util/settings-table.ts'
import { daemonError } from './errors.ts'
import { type SwarmSettings, settingRows, swarmSchema } from './swarm-schema.ts'

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
 * @throws SWARM_UNKNOWN_FIELD, SWARM_BAD_VALUE, SWARM_LIST_TOO_SHORT, and GAR_* where a rule is none
 */
export function checkSettings(value: unknown): SwarmSettings {
  const { data, error } = swarmSchema.safeParse(value)
  if (error !== undefined) throw problemOf(error, value)
  parseAgreementRule(data.agreement.rule)
  parseAgreementRule(data.agreement.modelRule)
  const { policy, peers } = data.membership
  // The founder may list itself or not, so n - 1 names can be enough.
  const listed = new Set(peers).size
  if (policy === 'listed' && listed < data.n - 1)
    throw daemonError({ code: 'SWARM_LIST_TOO_SHORT', n: data.n, listed })
  return data
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

/** What the guard has to know of a swarm. */
export function planOf({ n, f, agreement, synchrony }: SwarmSettings): Plan {
  return {
    n,
    f,
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
  const complaint = complaintOf(error, value, settingRows())
  const { field } = complaint
  if (complaint.kind === 'unknown field')
    return daemonError({ code: 'SWARM_UNKNOWN_FIELD', field, known: complaint.known })
  const { value: given, allowed } = complaint
  return daemonError({ code: 'SWARM_BAD_VALUE', field: field || 'the swarm file', value: given, allowed })
}
