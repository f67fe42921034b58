import { errorsOf, type Sentences } from '../../util/coded-error.ts'
import { type Offence, offences } from './standing.ts'

export type BtardProblem =
  | { readonly code: 'AGREEMENT_BTARD_BANNED'; readonly step: number; readonly offence: Offence }
  | {
      readonly code: 'AGREEMENT_BTARD_TOO_MANY'
      readonly step: number
      readonly banned: number
      readonly f: number
    }

export const btardSentences: Sentences<BtardProblem> = {
  AGREEMENT_BTARD_BANNED: ({ step, offence }) =>
    `the others banned this peer at step ${step}, since it ${offences[offence]}; if it is honest it was late or cut off, and the deadline should be longer, or its data or its backend are not the others'`,
  AGREEMENT_BTARD_TOO_MANY: ({ step, banned, f }) =>
    `at step ${step} ${banned} members are banned, and f = ${f}: more lie than that, or this peer was cut off from the others; declare a larger f, or lengthen the deadline`,
}

export const btardError = errorsOf(btardSentences)
