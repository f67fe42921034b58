import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type AttackProblem =
  | { readonly code: 'ATTACK_UNKNOWN'; readonly name: string; readonly known: readonly string[] }
  | {
      readonly code: 'ATTACK_BAD_PARAMETER'
      readonly attack: string
      readonly parameter: string
      readonly known: readonly string[]
    }

export const attackSentences: Sentences<AttackProblem> = {
  ATTACK_UNKNOWN: ({ name, known }) =>
    `"${printable(name, 40)}" is no attack; choose one of ${known.join(', ')}`,
  ATTACK_BAD_PARAMETER: ({ attack, parameter, known }) =>
    `"${printable(parameter, 40)}" does not fit ${attack}; ` +
    (known.length === 0 ? 'it has no parameters' : `write NAME=NUMBER with a name of ${known.join(', ')}`),
}

export const attackError = errorsOf(attackSentences)
