/**
 * How much agreement a step asks for, and what that proves: the published forms of LEARN and their relatives.
 *
 * `proven`: LEARN. Gradients are brought together by N(t) halvings, models by one, and the number of exchanges follows from
 *   the rule's worst-case factor (docs/PROOFS.md 8). N(t) = ceil(log2 t) is the theorem's, for data that differ; N(t) = 0 is
 *   the form for data that are alike, which does without agreement on gradients; a constant lies between them.
 * `practical`: one exchange of gradients and one of models a step. It keeps the honest models together (their spread
 *   settles near f/(n-3f) * eta * S, where S is the spread of the honest gradients) and is no theorem of LEARN (docs/PROOFS.md 7).
 * `garfield`: the loop of LEARN's authors in Garfield (Guerraoui et al., "Garfield: system support for Byzantine machine
 *   learning", DSN 2021): gradients are gathered once and then exchanged ceil(log2 t) times more, models once; each exchange
 *   stands for a halving, whatever the rule's factor is.
 * `single`: one exchange of gradients a step and none of models, as published simulators run it.
 */
import type { Step } from '../mesh/mesh.ts'
import { contractionOf, roundsFor, type Setting } from './contraction.ts'
import type { AgreementRule } from './rule.ts'

export const profiles = ['practical', 'proven', 'garfield', 'single'] as const
export type Profile = (typeof profiles)[number]

/** N(t): how often the diameter of the gradients is to be halved at step t. */
export type Halvings = 'log2' | number

export interface Form {
  readonly profile: Profile
  /** Under `proven`. @default 'log2' */
  readonly halvings?: Halvings | undefined
  /** Exchanges of each agreement set by hand, outside the proof. @default what the profile asks for */
  readonly rounds?: number | undefined
  readonly modelRounds?: number | undefined
}

/** Exchanges a step, for each phase. */
export interface Rounds {
  gradient(step: Step): number
  readonly model: number
}

/** ceil(log2 t): the halvings that LEARN asks for at step t, counted from 1. */
export function halvingsAt(step: Step): number {
  return Math.ceil(Math.log2(step))
}

export function roundsOf(
  form: Form,
  rule: AgreementRule,
  modelRule: AgreementRule,
  setting: Setting,
): Rounds {
  const { rounds, modelRounds } = form
  const asked = roundsOfProfile(form, rule, modelRule, setting)
  return {
    gradient: rounds === undefined ? asked.gradient : () => rounds,
    model: modelRounds ?? asked.model,
  }
}

function roundsOfProfile(
  { profile, halvings = 'log2' }: Form,
  rule: AgreementRule,
  modelRule: AgreementRule,
  setting: Setting,
): Rounds {
  switch (profile) {
    case 'practical':
      return { gradient: () => 1, model: 1 }
    case 'proven':
      return {
        gradient: (step) => derived(halvings === 'log2' ? halvingsAt(step) : halvings, rule, setting),
        model: derived(1, modelRule, setting),
      }
    case 'garfield':
      return { gradient: (step) => 1 + halvingsAt(step), model: 1 }
    case 'single':
      return { gradient: () => 1, model: 0 }
    default:
      return profile satisfies never
  }
}

/** Outside the proof there is no factor to derive rounds from, so one exchange stands for each halving. */
function derived(halvings: number, rule: AgreementRule, setting: Setting): number {
  const contraction = contractionOf(rule, setting)
  if (contraction === undefined || contraction.factor >= 1) return halvings
  return roundsFor(halvings, contraction, setting)
}

/** Whether the form says that the agreement of `phase` contracts, so that a proof must stand behind it. */
export function claimsContraction(
  { profile, halvings = 'log2' }: Form,
  phase: 'gradient' | 'model',
): boolean {
  return phase === 'model' ? profile !== 'single' : profile === 'proven' && halvings !== 0
}

/** What the form proves where its bounds hold, in a sentence for logs, status and report. */
export function whatIsProven({ profile, halvings = 'log2' }: Form): string {
  switch (profile) {
    case 'practical':
      return "practical: each exchange of models contracts; their spread settles in proportion to the learning rate, which is not LEARN's theorem"
    case 'proven':
      return `proven: ${provenBy(halvings)}`
    case 'garfield':
      return "garfield: each exchange of models contracts, and each exchange of gradients stands for a halving without being one, which is not LEARN's theorem"
    case 'single':
      return 'single: models are never exchanged, so nothing holds them together'
    default:
      return profile satisfies never
  }
}

function provenBy(halvings: Halvings): string {
  if (halvings === 'log2')
    return "gradients agree by ceil(log2 t) halvings and models by one at every step t, as LEARN's theorem asks"
  if (halvings === 0)
    return "models agree by one halving at every step and gradients not at all, as LEARN's theorem has it for data that are alike"
  return `gradients agree by ${halvings} halvings and models by one at every step; the models' spread settles in proportion to the learning rate divided by 2^${halvings}, which is not LEARN's theorem`
}
