/** The guard of protocols with replicated servers: how many there must be of each role, and what is then promised. */
import type { Bound } from '../bounds.ts'
import { contractionOf } from '../contraction.ts'
import type { ProtocolPlan } from '../protocol.ts'
import { leastVectors } from '../resilience.ts'
import type { AgreementRule } from '../rule.ts'

export interface Servers {
  readonly servers: number
  readonly serverF: number
  readonly contract: AgreementRule
}

/** slope f + offset: from how many members on f of them may lie. */
export interface Line {
  readonly slope: number
  readonly offset: number
}

/**
 * Rules of which it is known how far f liars can move what they make of gradients: of trimmed mean, alone or behind NNM, and of
 * MDA from their factors, of the others from the papers that AggregaThor's guard names too.
 */
const boundedRules: ReadonlySet<string> = new Set([
  'trmean',
  'nnm>trmean',
  'mda',
  'krum',
  'multikrum',
  'bulyan',
  'bulyan-multikrum',
])

export function boundsLiars({ rule, f }: Pick<ProtocolPlan, 'rule' | 'f'>): boolean {
  return boundedRules.has(rule.text) || (f === 0 && rule.text === 'average')
}

/** The largest f that `count` members admit, or 0. */
export function mostLiars(count: number, { slope, offset }: Line): number {
  return Math.max(0, Math.floor((count - offset) / slope))
}

/** What a paper asks for. */
export interface Needed {
  readonly servers: Line
  readonly workers: Line
  /** Whether whoever misses a deadline is taken for a liar: then the rule gets as many vectors as honest workers at least. */
  readonly isSynchronous: boolean
}

/** What it takes to compute with what comes in, and then what the paper asks for. */
export function boundsOf(
  plan: ProtocolPlan,
  { servers, serverF, contract }: Servers,
  needed: Needed,
): Bound[] {
  const { n, f } = plan
  return [
    {
      phase: 'model',
      rule: contract.text,
      bound: 'servers >= 3 f_s+1, for an honest majority of servers - f_s,',
      needed: contract.minimum(serverF) + serverF,
      has: servers,
      isNeededToRun: true,
    },
    ruleBound(plan, needed),
    {
      phase: 'model',
      rule: 'the protocol',
      bound: `servers >= ${needed.servers.slope} f_s+${needed.servers.offset}`,
      needed: needed.servers.slope * serverF + needed.servers.offset,
      has: servers,
      isNeededToRun: false,
    },
    {
      phase: 'gradient',
      rule: 'the protocol',
      bound: `n >= ${needed.workers.slope}f+${needed.workers.offset}`,
      needed: needed.workers.slope * f + needed.workers.offset,
      has: n,
      isNeededToRun: false,
    },
  ]
}

function ruleBound(plan: ProtocolPlan, { isSynchronous }: Needed): Bound {
  const { n, f, policy, rule } = plan
  const needed = rule.minimum(f)
  const about = { phase: 'gradient', rule: rule.text, has: n } as const
  if (isSynchronous) return { ...about, bound: rule.bound, needed, isNeededToRun: true }
  const most = policy === 'synchronous' ? n : Math.min(n, leastVectors(plan))
  const bound = `n - f vectors with ${rule.bound}`
  return { ...about, bound, needed: needed + f, isNeededToRun: needed > most }
}

/**
 * What brings servers together in the worst case, and by how much; undefined of the median. Under every policy any f_s honest
 * models may be late: what servers say to each other nobody passes on.
 */
export function contractionAmong({
  servers,
  serverF,
  contract,
}: Servers): { readonly bound: Bound; readonly factor: number } | undefined {
  const setting = { n: servers, f: serverF, late: serverF, policy: 'quorum' } as const
  const contraction = contractionOf(contract, setting)
  if (contraction === undefined) return undefined
  const { needed, factor } = contraction
  const bound = { bound: 'servers >= 5 f_s+1', needed, has: servers, isNeededToRun: false }
  return { bound: { phase: 'model', rule: contract.text, ...bound }, factor }
}
