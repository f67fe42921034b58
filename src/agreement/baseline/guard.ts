/** What the guard says of protocols without a defence, and how they wait. */
import type { Wait } from '../../mesh/collect.ts'
import { assessBounds } from '../bounds.ts'
import type { LearnWait } from '../learn.ts'
import type { ProtocolPlan } from '../protocol.ts'
import type { Assessment, Phase } from '../resilience.ts'
import { assessWithoutBroadcast, waitWithoutBroadcast } from '../without-broadcast.ts'

export interface Plain {
  readonly phase: Phase
  /** What is averaged, and how. */
  readonly rule: string
  /** What holds where nobody lies, in a sentence. */
  readonly promise: string
}

/** Proven where f = 0. With liars it can be run, to be compared with, and nothing is promised. */
export function assessPlain(
  plan: Pick<ProtocolPlan, 'n' | 'f' | 'policy'>,
  { phase, rule, promise }: Plain,
): Assessment {
  return assessWithoutBroadcast(plan, ({ n, f, policy }) =>
    assessBounds({
      n,
      f,
      policy,
      bounds: [{ phase, rule, bound: 'n >= 1', needed: 1, has: n, isNeededToRun: true }],
      promise: f === 0 ? promise : `${rule} is no defence: one liar moves the model as far as it likes`,
      isProven: f === 0,
    }),
  )
}

export interface PlainWait {
  readonly wait: Wait
  readonly least: number
}

/**
 * Until all that are expected are in, or the deadline is over: then what is there is averaged, `atLeast` vectors or more.
 * Where there is no deadline, until all but f are in.
 *
 * @throws AGREEMENT_WRONG_POLICY under `reliable`
 */
export function plainWait(
  learnWait: LearnWait,
  { expected, f, atLeast }: { readonly expected: number; readonly f: number; readonly atLeast: number },
): PlainWait {
  const wait = waitWithoutBroadcast(learnWait)
  const least = wait.policy === 'synchronous' ? atLeast : Math.max(atLeast, expected - f)
  return { wait, least: Math.min(least, expected) }
}
