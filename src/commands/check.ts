/** `medoid check`: what the guard says of a swarm file, without starting anything. */
import { lateOf } from '../agreement/contraction.ts'
import type { Protocol, ProtocolPlan } from '../agreement/protocol.ts'
import type { Assessment, PhaseStanding } from '../agreement/resilience.ts'
import { planOf, protocolOf, readSwarmFile } from '../daemon/swarm-file.ts'
import type { SwarmSettings } from '../daemon/swarm-schema.ts'
import { columns } from './columns.ts'

export interface CheckFlags {
  readonly file: string
  /** Accepts what is outside the proof, as `medoid up` does with it. */
  readonly outsideProof: boolean
  readonly json: boolean
}

/**
 * Prints the answer, and then rejects wherever `medoid up` would refuse to start: AGREEMENT_* with the same exit code. What
 * is wrong with the file itself is thrown before: SWARM_*, GAR_*.
 */
export async function check(
  { file, outsideProof, json }: CheckFlags,
  print: (line: string) => void,
): Promise<void> {
  const settings = await readSwarmFile(file)
  const plan = planOf(settings)
  const protocol = protocolOf(settings)
  const assessment = protocol.assess(plan)
  const report = checkReport(settings, protocol, plan, assessment)
  if (json) print(JSON.stringify(report))
  else for (const line of formatCheck(report)) print(line)
  if (assessment.standing === 'impossible') throw assessment.error
  if (assessment.standing === 'outside-proof' && !outsideProof) throw assessment.error
}

/** What `medoid check --json` prints. */
export interface CheckReport {
  readonly protocol: string
  /** The roles of the members that serve, beside the n that train. */
  readonly servers: readonly string[]
  readonly n: number
  readonly f: number
  /** u: honest vectors whose absence counts. */
  readonly late: number
  readonly policy: string
  readonly profile: string
  readonly standing: Assessment['standing']
  readonly sentence: string
  readonly phases: readonly PhaseReport[]
}

interface PhaseReport {
  readonly phase: string
  readonly rule: string
  readonly bound: string
  /** Members that the bound asks for; null where no number of them suffices. */
  readonly needed: number | null
  /** What one exchange leaves of the honest spread at most, of which spread, and where that is proven; null where it is not. */
  readonly factor: number | null
  readonly of: string | null
  readonly source: string | null
  /** Exchanges of the agreement at the first and at the last step. */
  readonly rounds: { readonly first: number; readonly last: number }
  readonly standing: PhaseStanding['standing']
  readonly sentence: string
}

function checkReport(
  { training }: SwarmSettings,
  { text, servers }: Protocol,
  plan: ProtocolPlan,
  { standing, sentence, phases }: Assessment,
): CheckReport {
  const { n, f, policy, profile } = plan
  return {
    protocol: text,
    servers,
    n,
    f,
    late: lateOf(plan),
    policy,
    profile,
    standing,
    sentence,
    phases: phases.map(({ phase, rule, bound, needed, contraction, rounds, standing, sentence }) => ({
      phase,
      rule,
      bound,
      needed: Number.isFinite(needed) ? needed : null,
      factor: contraction?.factor ?? null,
      of: contraction?.of ?? null,
      source: contraction?.source ?? null,
      rounds: { first: rounds(1), last: rounds(training.steps) },
      standing,
      sentence,
    })),
  }
}

/** The answer for people. */
export function formatCheck({
  protocol,
  servers,
  n,
  f,
  late,
  policy,
  profile,
  standing,
  sentence,
  phases,
}: CheckReport): string[] {
  return [
    `protocol   ${protocol}`,
    ...(servers.length === 0 ? [] : [`servers    ${servers.join(', ')}, beside the n that train`]),
    `swarm      n = ${n}, f = ${f}, u = ${late}, policy ${policy}${
      // LEARN alone has profiles.
      protocol === 'learn' ? `, profile ${profile}` : ''
    }`,
    '',
    ...columns([
      ['phase', 'rule', 'bound', 'needed n', 'factor', 'rounds', 'standing'],
      ...phases.map(({ phase, rule, bound, needed, factor, rounds, standing }) => [
        phase,
        rule,
        bound,
        needed === null ? '-' : String(needed),
        factor === null ? '-' : factor.toFixed(3),
        rounds.first === rounds.last ? String(rounds.last) : `${rounds.first} to ${rounds.last}`,
        standing,
      ]),
    ]),
    '',
    ...phases.map(({ phase, sentence }) => `${phase.padEnd(10)} ${sentence}`),
    verdict[standing](sentence),
  ]
}

/** What the answer comes to; what keeps the swarm from starting was said of its phase. */
const verdict: Readonly<Record<Assessment['standing'], (sentence: string) => string>> = {
  proven: (sentence) => `proof      ${sentence}`,
  'outside-proof': () => 'no proof   medoid up starts it with --outside-proof alone',
  impossible: () => 'refused    medoid up does not start it',
}
