/**
 * Errors that a user can look up and a program can compare.
 *
 * An error carries one record, `{ code, ...exactly what that code needs }`. Each module lists its records as a
 * union in its `errors.ts`, next to one sentence for each code that says what was wrong and what to do.
 */

/** What went wrong, as data. `code` is SCREAMING_SNAKE and starts with the module's name. */
export interface Problem {
  readonly code: string
}

/** One sentence for each code of a module: what was wrong, and what to do about it. */
export type Sentences<P extends Problem> = {
  readonly [C in P['code']]: (problem: Extract<P, { code: C }>) => string
}

/** The one error class of the project. Compare `code`; show `message`. */
export class CodedError<P extends Problem = Problem> extends Error {
  override readonly name = 'CodedError'
  readonly problem: P

  constructor(problem: P, sentence: string, options?: ErrorOptions) {
    super(`${problem.code}: ${sentence}`, options)
    this.problem = problem
  }

  get code(): P['code'] {
    return this.problem.code
  }
}

/** Makes the function with which a module builds its errors from its records. */
export function errorsOf<P extends Problem>(
  sentences: Sentences<P>,
): (problem: P, options?: ErrorOptions) => CodedError<P> {
  return (problem, options) => {
    const say = sentences[problem.code as P['code']] as (problem: P) => string
    return new CodedError(problem, say(problem), options)
  }
}

/** Whether `error` is ours, and, where a code is given, that one. */
export function isCoded(error: unknown, code?: string): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code)
}

/** Text from a stranger, fit for a message or a log: at most `maxLength` characters, all of them printable. */
export function printable(text: string, maxLength = 256): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}...` : text
  // Control, format (bidirectional overrides among them), unassigned and private characters, and line separators.
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
