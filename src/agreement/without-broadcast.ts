/** For protocols that have no form over reliable broadcast: they wait for all until a deadline, or for a quorum. */
import type { Wait } from '../mesh/collect.ts'
import { agreementError } from './errors.ts'
import type { LearnWait } from './learn.ts'
import type { Assessment, Plan } from './resilience.ts'

const allowed = 'synchronous or quorum'

/** What `assess` says, where nothing is broadcast reliably. */
export function assessWithoutBroadcast<P extends Pick<Plan, 'policy'>>(
  plan: P,
  assess: (plan: P) => Assessment,
): Assessment {
  const { policy } = plan
  if (policy !== 'reliable') return assess(plan)
  const error = agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy, allowed })
  return { standing: 'impossible', sentence: error.message, error, phases: [] }
}

/** @throws AGREEMENT_WRONG_POLICY */
export function waitWithoutBroadcast(wait: LearnWait): Wait {
  if (wait.policy !== 'reliable') return wait
  throw agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy: wait.policy, allowed })
}
