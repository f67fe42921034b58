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
  /** Whoever read the output left, as `head` does; 128 + 13, as shells have it of SIGPIPE. */
  unread: 141,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const usagePrefixes = ['SWARM_', 'SCENARIO_', 'GAR_', 'ATTACK_', 'CONFORMANCE_', 'COMMAND_']
const usageCodes = new Set([
  'AGGREGATOR_BAD_THREADS',
  'PEER_BAD_ADDRESS',
  'DAEMON_NOTHING_TO_RUN',
  'DAEMON_ANOTHER_SWARM',
  'AGREEMENT_UNKNOWN_PROTOCOL',
  'AGREEMENT_BAD_PARAMETER',
])
/** Codes of the prefixes, above and below, that are no mistake of whoever asked. */
const failures = new Set([
  'COMMAND_NOT_WRITTEN',
  'COMMAND_OUT_IN_USE',
  'COMMAND_PEER_FAILED',
  'COMMAND_RUNS_FAILED',
  'AGREEMENT_DIVERGED',
  'AGREEMENT_TWO_SERVER_TOO_FEW',
  'AGREEMENT_BTARD_BANNED',
  'AGREEMENT_BTARD_TOO_MANY',
])
/** Whatever agreement says before it starts is the guard's word. */
const refusalPrefix = 'AGREEMENT_'

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof DOMException && error.name === 'AbortError') return exitCodes.interrupted
  if (!isCoded(error) || failures.has(error.code)) return exitCodes.failed
  const isUsage = usageCodes.has(error.code) || usagePrefixes.some((prefix) => error.code.startsWith(prefix))
  if (isUsage) return exitCodes.usage
  return error.code.startsWith(refusalPrefix) ? exitCodes.refused : exitCodes.failed
}
