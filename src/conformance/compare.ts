/** Whether ours is one of the answers that a case accepts. */
import type { Case } from './case.ts'

/** A vector, or the rows of a pre-aggregator. */
export type Answer = Float32Array | readonly Float32Array[] | readonly number[]

/** Room for one rounding to float32 of a result computed in float64. */
const defaultTolerance = 1e-7

export function isAccepted(one: Case, ours: Answer): boolean {
  return isRows(ours) ? agreesOnRows(one, ours) : agreesOnVector(one, ours)
}

/** The answer as plain numbers, for those who are shown it. */
export function plain(answer: Answer): readonly number[] | readonly (readonly number[])[] {
  return isRows(answer) ? answer.map((row) => Array.from(row)) : Array.from(answer)
}

function isRows(answer: Answer): answer is readonly Float32Array[] {
  return Array.isArray(answer) && answer[0] instanceof Float32Array
}

function agreesOnVector(one: Case, ours: ArrayLike<number>): boolean {
  const { accept, acceptPerCoord, expected = [], tol } = one
  if (acceptPerCoord !== undefined)
    return (
      acceptPerCoord.length === ours.length &&
      acceptPerCoord.every((values, k) => values.some((b) => isNear(ours[k], b, tol)))
    )
  return (accept ?? [expected]).some((answer) => isNearVector(ours, answer, tol))
}

function agreesOnRows({ acceptPerRow, expected = [], tol }: Case, ours: readonly Float32Array[]): boolean {
  const accepted = acceptPerRow ?? expected.map((row) => [row])
  return (
    accepted.length === ours.length &&
    ours.every((row, i) => accepted[i]?.some((answer) => isNearVector(row, answer, tol)) === true)
  )
}

function isNearVector(ours: ArrayLike<number>, theirs: unknown, tol?: number): boolean {
  if (!Array.isArray(theirs) || theirs.length !== ours.length) return false
  return theirs.every((b, k) => isNear(ours[k], b, tol))
}

/** |a - b| <= tol (1 + |b|); what is not finite must be the same. */
function isNear(a: number | undefined, b: unknown, tol = defaultTolerance): boolean {
  if (typeof b !== 'number' || a === undefined) return false
  return Number.isFinite(b) ? Math.abs(a - b) <= tol * (1 + Math.abs(b)) : Object.is(a, b)
}
