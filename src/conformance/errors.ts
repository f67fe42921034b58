/** What is wrong with a folder of cases. A case that fails is no error but a result. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type ConformanceProblem =
  | { readonly code: 'CONFORMANCE_NO_CASES'; readonly directory: string }
  | { readonly code: 'CONFORMANCE_UNREADABLE'; readonly file: string; readonly reason: string }
  | BadCase

interface BadCase {
  readonly code: 'CONFORMANCE_BAD_CASE'
  readonly file: string
  /** Its id, or its place in the file where it has none. */
  readonly id: string
  /** `expected.3`, or empty for the case itself. */
  readonly field: string
  readonly reason: string
}

export const conformanceSentences: Sentences<ConformanceProblem> = {
  CONFORMANCE_NO_CASES: ({ directory }) =>
    `there are no cases in ${printable(directory)}: give a directory with *.json files as in test/vectors`,
  CONFORMANCE_UNREADABLE: ({ file, reason }) =>
    `${printable(file)} cannot be read: ${printable(reason)}; give a JSON array of cases`,
  CONFORMANCE_BAD_CASE: ({ file, id, field, reason }) =>
    `${printable(file)}, case ${printable(id, 80)}${field === '' ? '' : `, ${printable(field, 80)}`}: ` +
    `${printable(reason)}; test/vectors/README.md describes the fields`,
}

export const conformanceError = errorsOf(conformanceSentences)
