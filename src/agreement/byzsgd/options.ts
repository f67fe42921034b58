/** What servers and workers of protocols with replicated servers are told. */
import type { Wait } from '../../mesh/collect.ts'
import { agreementError } from '../errors.ts'
import type { LearnWait } from '../learn.ts'
import type { ProtocolPlan, RunOptions } from '../protocol.ts'
import type { Assessment } from '../resilience.ts'
import type { AgreementRule } from '../rule.ts'

export interface ReplicatedOptions extends Omit<RunOptions, 'wait'> {
  readonly wait: Wait
  /** Declared bound on servers that lie. */
  readonly serverF: number
  /** T: servers exchange models after every so many steps. */
  readonly gather: number
  /** What makes one model of several servers': the median, in the papers. */
  readonly contract: AgreementRule
}

/**
 * For those who wait for members that may wait out a deadline of their own first: a worker for servers, which wait for gradients,
 * and a server for the others, which began to wait for them at another time.
 */
export function patient(wait: Wait): Wait {
  return 'deadlineMs' in wait ? { ...wait, deadlineMs: 2 * wait.deadlineMs } : wait
}

const allowed = 'synchronous or quorum'

/** @throws AGREEMENT_WRONG_POLICY */
export function gatheringWait(wait: LearnWait): Wait {
  if (wait.policy !== 'reliable') return wait
  throw agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy: wait.policy, allowed })
}

/** What `assess` says, where vectors are gathered as they come and none is broadcast reliably. */
export function assessGathering(plan: ProtocolPlan, assess: () => Assessment): Assessment {
  const { policy } = plan
  if (policy !== 'reliable') return assess()
  const error = agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy, allowed })
  return { standing: 'impossible', sentence: error.message, error, phases: [] }
}
