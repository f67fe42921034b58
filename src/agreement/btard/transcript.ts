/** What all members know of a step when it comes to judging: agreed on, so that they judge alike. */
import type { PeerId } from '../../mesh/mesh.ts'
import type { Commit } from './messages.ts'
import { hashOfPart, splitIn } from './parts.ts'
import { type ColumnLimits, type Scalars, scalarsOf } from './scalars.ts'
import type { Offence } from './standing.ts'

export interface Transcript {
  readonly contributors: readonly PeerId[]
  readonly commits: ReadonlyMap<PeerId, Commit>
  /** As their owners aggregated them. */
  readonly columns: readonly Float32Array[]
  readonly directions: readonly Float64Array[]
  readonly scalars: ReadonlyMap<PeerId, Scalars>
  readonly limits: ColumnLimits
}

/** What `contributor` is guilty of, if this is the gradient that it should have computed. */
export function offenceIn(
  { commits, columns, directions, scalars, limits }: Transcript,
  contributor: PeerId,
  gradient: Float32Array,
): Offence | undefined {
  const parts = splitIn(columns.length, gradient)
  const committed = commits.get(contributor)?.parts ?? []
  if (!parts.every((part, j) => hashOfPart(part) === committed[j])) return 'gradient'
  const said = scalars.get(contributor) ?? new Float64Array()
  const due = scalarsOf(parts, columns, directions, limits.tau)
  return due.every((value, i) => Object.is(value, said[i])) ? undefined : 'scalars'
}
