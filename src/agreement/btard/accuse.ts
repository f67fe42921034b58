/** Whom a member has reason to accuse, from what it alone has seen or computed. */
import type { PeerId } from '../../mesh/mesh.ts'
import { scalarOf } from './scalars.ts'
import { offenceIn, type Transcript } from './transcript.ts'
import type { Work } from './work.ts'

/** Contributors whose scalars of this owner's column are not those of the part that they had sent it. */
export function falseScalars(
  { contributors, columns, directions, scalars, limits }: Transcript,
  owner: PeerId,
  parts: ReadonlyMap<PeerId, Float32Array>,
): PeerId[] {
  const j = contributors.indexOf(owner)
  const column = columns[j] ?? new Float32Array()
  return contributors.filter((peer) => {
    const part = parts.get(peer)
    if (part === undefined) return false
    const [product, distance] = scalarOf(part, column, directions[j] ?? [], limits.tau)
    const said = scalars.get(peer)
    return !Object.is(said?.[j], product) || !Object.is(said?.[columns.length + j], distance)
  })
}

/** A validator's target, if it lied about its gradient or about any of its scalars. */
export async function falseTarget(
  transcript: Transcript,
  target: PeerId,
  work: Pick<Work, 'gradientOf'>,
): Promise<PeerId[]> {
  return offenceIn(transcript, target, await work.gradientOf(target)) === undefined ? [] : [target]
}
