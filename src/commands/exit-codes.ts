/** Exit codes of every command; README and `medoid --help` list them. */
import { isCoded } from '../util/coded-error.ts'

export const exitCodes = {
  ok: 0,
  /** Something went wrong on the way. */
  failed: 1,
  /** What was asked for makes no sense: an option, a swarm file, an address, a rule, an attack. */
  usage: 2,
  /** The guard refused: the swarm is outside what is proven. */
  refused: 3,
  /** Left by Ctrl-C or SIGTERM; 128 + 2, as shells have it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const usagePrefixes = ['SWARM_', 'SCENARIO_', 'GAR_', 'ATTACK_', 'CONFORMANCE_', 'COMMAND_']
const usageCodes = new Set([
  'AGGREGATOR_BAD_THREADS',
  'PEER_BAD_ADDRESS',
  'DAEMON_NOTHING_TO_RUN',
  'DAEMON_ANOTHER_SWARM',
])
/** Codes of the prefixes above that are no mistake of whoever asked. */
const failures = new Set(['COMMAND_NOT_WRITTEN', 'COMMAND_PEER_FAILED', 'COMMAND_RUNS_FAILED'])
const refusals = new Set([
  'AGREEMENT_OUTSIDE_PROOF',
  'AGREEMENT_IMPOSSIBLE',
  'AGREEMENT_UNPROVEN_RULE',
  'AGREEMENT_ROUNDS_BY_HAND',
  'AGREEMENT_NO_MODELS',
  'AGREEMENT_DRACO_TOO_FEW',
  'AGREEMENT_DRACO_UNEVEN',
  'AGREEMENT_DRACO_ILL_CONDITIONED',
  'AGREEMENT_DRACO_SERVERS',
  'AGREEMENT_TWO_SERVER_CAST',
  'AGREEMENT_TWO_SERVER_COORDINATES',
  'AGREEMENT_TWO_SERVER_OVERFLOW',
  'AGREEMENT_TWO_SERVER_UNCHECKED',
])

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof DOMException && error.name === 'AbortError') return exitCodes.interrupted
  if (!isCoded(error) || failures.has(error.code)) return exitCodes.failed
  if (refusals.has(error.code)) return exitCodes.refused
  const isUsage = usageCodes.has(error.code) || usagePrefixes.some((prefix) => error.code.startsWith(prefix))
  return isUsage ? exitCodes.usage : exitCodes.failed
}
