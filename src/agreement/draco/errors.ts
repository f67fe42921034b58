import { errorsOf, type Sentences } from '../../util/coded-error.ts'

interface SizeProblem {
  /** Workers, without the server. */
  readonly n: number
  readonly f: number
}

export type DracoProblem =
  | (SizeProblem & { readonly code: 'AGREEMENT_DRACO_TOO_FEW'; readonly needed: number })
  | (SizeProblem & { readonly code: 'AGREEMENT_DRACO_UNEVEN'; readonly group: number })
  | (SizeProblem & {
      readonly code: 'AGREEMENT_DRACO_ILL_CONDITIONED'
      readonly conditioning: number
      readonly greatest: number
    })

export const dracoSentences: Sentences<DracoProblem> = {
  AGREEMENT_DRACO_TOO_FEW: ({ n, f, needed }) =>
    `n = ${n} workers, f = ${f}: DRACO needs n >= 2f+1 = ${needed}, so that each batch has an honest majority; add workers or declare a smaller f`,
  AGREEMENT_DRACO_UNEVEN: ({ n, f, group }) =>
    `n = ${n} workers, f = ${f}: the repetition code needs n to be a multiple of 2f+1 = ${group}; have ${n - (n % group)} or ${n - (n % group) + group} workers, or use the cyclic code`,
  AGREEMENT_DRACO_ILL_CONDITIONED: ({ n, f, conditioning, greatest }) =>
    `n = ${n} workers, f = ${f}: the cyclic code's conditioning is ${conditioning.toExponential(1)} and may be ${greatest.toExponential(0)} at most, or rounding cannot be told from lies; have fewer workers, declare a smaller f, or use the repetition code`,
}

export const dracoError = errorsOf(dracoSentences)
