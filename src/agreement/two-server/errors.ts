import { errorsOf, type Sentences } from '../../util/coded-error.ts'

export type TwoServerProblem =
  | { readonly code: 'AGREEMENT_TWO_SERVER_COORDINATES'; readonly rule: string; readonly asked: string }
  | {
      readonly code: 'AGREEMENT_TWO_SERVER_OVERFLOW'
      readonly clipNorm: number
      readonly fractionBits: number
      readonly dimension: number
      /** The largest norm that fits, with as many bits; 0 where none does. */
      readonly largestClipNorm: number
    }
  | { readonly code: 'AGREEMENT_TWO_SERVER_UNCHECKED'; readonly n: number; readonly f: number }
  | {
      readonly code: 'AGREEMENT_TWO_SERVER_TOO_FEW'
      readonly step: number
      readonly n: number
      readonly f: number
      readonly accepted: number
    }

export const twoServerSentences: Sentences<TwoServerProblem> = {
  AGREEMENT_TWO_SERVER_COORDINATES: ({ rule, asked }) =>
    `${rule} asks for ${asked}, and servers that hold shares know distances alone; use a rule that needs no more, such as krum, multikrum, mda or nnm>multikrum`,
  AGREEMENT_TWO_SERVER_OVERFLOW: ({ clipNorm, fractionBits, dimension, largestClipNorm }) =>
    `vectors of ${dimension} coordinates with norms up to ${clipNorm} and ${fractionBits} fraction bits could overflow 64 bits when they are squared; ` +
    (largestClipNorm > 0
      ? `clip to ${largestClipNorm.toPrecision(3)} at most, or take fewer fraction bits`
      : 'take fewer fraction bits'),
  AGREEMENT_TWO_SERVER_UNCHECKED: ({ n, f }) =>
    `n = ${n}, f = ${f}: without the range check one of ${f} liars can add 2^63 to a coordinate and no distance changes; leave the check on, declare f = 0, or start all the same with --outside-proof`,
  AGREEMENT_TWO_SERVER_TOO_FEW: ({ step, n, f, accepted }) =>
    `in step ${step} the vectors of ${accepted} of ${n} workers could be used, and with f = ${f} it takes ${n - f}: more than ${f} lie or are late; lengthen the deadline, or declare a larger f`,
}

export const twoServerError = errorsOf(twoServerSentences)
