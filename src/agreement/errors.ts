import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

/** A swarm whose size does not admit what it asks for. */
interface BoundProblem {
  readonly n: number
  readonly f: number
  /** Declared number of honest vectors that may be late in an exchange. */
  readonly u: number
  readonly rule: string
  readonly phase: string
  readonly policy: string
  /** What n must satisfy, and what that comes to. */
  readonly bound: string
  readonly needed: number
}

export type AgreementProblem =
  | (BoundProblem & { readonly code: 'AGREEMENT_OUTSIDE_PROOF' })
  | (BoundProblem & { readonly code: 'AGREEMENT_IMPOSSIBLE' })
  | {
      readonly code: 'AGREEMENT_UNPROVEN_RULE'
      readonly rule: string
      readonly phase: string
      readonly f: number
    }
  | { readonly code: 'AGREEMENT_ROUNDS_BY_HAND'; readonly phase: string; readonly rounds: number }
  | { readonly code: 'AGREEMENT_NO_MODELS'; readonly profile: string }
  | {
      readonly code: 'AGREEMENT_NOTHING_PROVEN'
      readonly n: number
      readonly f: number
      readonly promise: string
    }
  | {
      readonly code: 'AGREEMENT_ROLES'
      readonly role: string
      readonly found: number
      readonly needed: string
    }
  | { readonly code: 'AGREEMENT_WRONG_POLICY'; readonly policy: string; readonly allowed: string }
  | { readonly code: 'AGREEMENT_UNKNOWN_PROTOCOL'; readonly name: string; readonly known: readonly string[] }
  | {
      readonly code: 'AGREEMENT_BAD_PARAMETER'
      readonly protocol: string
      readonly value: string
      readonly allowed: string
    }
  | { readonly code: 'AGREEMENT_DIVERGED'; readonly step: number; readonly phase: string }

const where = ({ n, f, u, rule, phase, policy, bound, needed }: BoundProblem) =>
  `n = ${n}, f = ${f}, u = ${u}: ${rule} on ${phase}s under the ${policy} policy needs ${bound}` +
  (Number.isFinite(needed) ? ` = ${needed} members` : '')

export const agreementSentences: Sentences<AgreementProblem> = {
  AGREEMENT_OUTSIDE_PROOF: (problem) =>
    `${where(problem)}; add members, declare a smaller f or u, or start it all the same with --outside-proof`,
  AGREEMENT_IMPOSSIBLE: (problem) =>
    `${where(problem)}, and with so few it cannot even be run; add members or declare a smaller f`,
  AGREEMENT_UNPROVEN_RULE: ({ rule, phase, f }) =>
    `f = ${f}: no contraction is proven for ${rule} on ${phase}s; use trmean, midpoint or mda there, or start it all the same with --outside-proof`,
  AGREEMENT_ROUNDS_BY_HAND: ({ phase, rounds }) =>
    `the ${rounds} exchanges of each agreement on ${phase}s are set by hand; let them follow from the rule's factor (rounds: derived), or start it all the same with --outside-proof`,
  AGREEMENT_NO_MODELS: ({ profile }) =>
    `models are never exchanged under the profile ${profile}, so nothing bounds how far they drift apart; choose another profile, or start it all the same with --outside-proof`,
  AGREEMENT_NOTHING_PROVEN: ({ n, f, promise }) =>
    `n = ${n}, f = ${f}: ${promise}; start it all the same with --outside-proof`,
  AGREEMENT_ROLES: ({ role, found, needed }) =>
    `${found} members have the role ${role}, and the protocol needs ${needed}; correct the roles in the roster`,
  AGREEMENT_WRONG_POLICY: ({ policy, allowed }) =>
    `the protocol cannot be run under the policy ${policy}; use ${allowed}`,
  AGREEMENT_UNKNOWN_PROTOCOL: ({ name, known }) =>
    `"${printable(name, 40)}" is no protocol; choose one of ${known.join(', ')}`,
  AGREEMENT_BAD_PARAMETER: ({ protocol, value, allowed }) =>
    `"${printable(value, 80)}" does not fit ${protocol}; use ${allowed}`,
  AGREEMENT_DIVERGED: ({ step, phase }) =>
    `the ${phase} of step ${step} is no longer finite: learning has diverged; lower the learning rate, or use a rule that withstands the liars`,
}

export const agreementError = errorsOf(agreementSentences)
