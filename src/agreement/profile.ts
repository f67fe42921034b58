/**
 * How much agreement a step asks for, and what that proves.
 *
 * `practical`: one exchange of gradients and one of models a step. It keeps the honest models together (their spread
 *   settles near f/(n-3f) * eta * S, where S is the spread of the honest gradients) and is no theorem of LEARN (docs/PROOFS.md 7).
 * `proven`: LEARN's theorem. Gradients are brought together by N(t) = ceil(log2 t) halvings, models by one, and the
 *   number of exchanges follows from the rule's worst-case factor (docs/PROOFS.md 8).
 */
import type { Pipeline } from '../gar/pipeline.ts'
import type { Step } from '../mesh/mesh.ts'
import { contractionOf, roundsFor, type Setting } from './contraction.ts'

export type Profile = 'practical' | 'proven'

/** What each profile proves, in a sentence for logs, status and report. */
export const whatIsProven: Readonly<Record<Profile, string>> = {
  practical:
    "practical: each exchange of models contracts; their spread settles in proportion to the learning rate, which is not LEARN's theorem",
  proven:
    "proven: gradients agree by ceil(log2 t) halvings and models by one at every step t, as LEARN's theorem asks",
}

/** Exchanges a step, for each phase. */
export interface Rounds {
  gradient(step: Step): number
  readonly model: number
}

/** N(t) = ceil(log2 t): the halvings that LEARN asks for at step t, counted from 1. */
export function halvingsAt(step: Step): number {
  return Math.ceil(Math.log2(step))
}

export function roundsOf(profile: Profile, rule: Pipeline, modelRule: Pipeline, setting: Setting): Rounds {
  if (profile === 'practical') return { gradient: () => 1, model: 1 }
  return {
    gradient: (step) => derived(halvingsAt(step), rule, setting),
    model: derived(1, modelRule, setting),
  }
}

/** Outside the proof there is no factor to derive rounds from, so one exchange stands for each halving. */
function derived(halvings: number, rule: Pipeline, setting: Setting): number {
  const contraction = contractionOf(rule, setting)
  if (contraction === undefined || contraction.factor >= 1) return halvings
  return roundsFor(halvings, contraction, setting)
}
