/** For protocols in which one member decides who is too late: they have no form without a deadline. */
import { agreementError } from './errors.ts'
import type { LearnWait } from './learn.ts'
import type { Assessment, Plan } from './resilience.ts'

type Deadline = Extract<LearnWait, { readonly policy: 'synchronous' }>

const allowed: Deadline['policy'] = 'synchronous'

/** What `assess` says, where there are deadlines. */
export function assessWithDeadline<P extends Pick<Plan, 'policy'>>(
  plan: P,
  assess: (plan: P) => Assessment,
): Assessment {
  const { policy } = plan
  if (policy === allowed) return assess(plan)
  const error = agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy, allowed })
  return { standing: 'impossible', sentence: error.message, error, phases: [] }
}

/** @throws AGREEMENT_WRONG_POLICY */
export function deadlineOf(wait: LearnWait): Deadline {
  if (wait.policy === allowed) return wait
  throw agreementError({ code: 'AGREEMENT_WRONG_POLICY', policy: wait.policy, allowed })
}
