/**
 * Judgement: what is disputed is computed again, by everybody, from what all agree on. So no member takes another's word for
 * it, and all honest ones come to the same.
 */
import type { PeerId } from '../../mesh/mesh.ts'
import { centeredClip } from './centered-clip.ts'
import type { Charges } from './messages.ts'
import { hashOfPart, splitIn } from './parts.ts'
import { suspectColumns } from './scalars.ts'
import type { Ban } from './standing.ts'
import { offenceIn, type Transcript } from './transcript.ts'
import type { Work } from './work.ts'

/**
 * Whom to ban, if anyone. Each accusation makes one of its two sides guilty. Only where nobody was accused are columns looked
 * at that do not add up: an honest owner accuses whoever told it other scalars than its part has, so the column alone is left
 * to doubt.
 */
export async function settle(
  transcript: Transcript,
  charges: ReadonlyMap<PeerId, Pick<Charges, 'accused'>>,
  work: Pick<Work, 'gradientOf'>,
): Promise<readonly Ban[]> {
  const { contributors, columns, scalars, limits } = transcript
  const accusers = (peer: PeerId) =>
    [...charges].flatMap(([accuser, { accused }]) => (accused.includes(peer) ? [accuser] : []))
  const accused = contributors.filter((peer) => accusers(peer).length > 0)
  const bans: Ban[] = []
  for (const peer of accused) {
    const offence = offenceIn(transcript, peer, await work.gradientOf(peer))
    if (offence !== undefined) bans.push({ peer, offence })
    else bans.push(...accusers(peer).map((accuser) => ({ peer: accuser, offence: 'accusation' }) as const))
  }
  if (accused.length > 0) return bans
  const suspects = suspectColumns([...scalars.values()], columns, limits)
  return suspects.length === 0 ? [] : audit(transcript, suspects, work)
}

/**
 * All gradients once more, and the suspect columns from them. Nobody is guilty where tau or delta does not suit the gradients:
 * CenteredClip may not have come to its fixed point.
 */
async function audit(
  transcript: Transcript,
  suspects: readonly number[],
  work: Pick<Work, 'gradientOf'>,
): Promise<readonly Ban[]> {
  const { contributors, columns, limits } = transcript
  const bans: Ban[] = []
  const inputs = suspects.map((): Float32Array[] => [])
  for (const peer of contributors) {
    const gradient = await work.gradientOf(peer)
    const offence = offenceIn(transcript, peer, gradient)
    if (offence !== undefined) bans.push({ peer, offence })
    const parts = splitIn(columns.length, gradient)
    for (const [s, j] of suspects.entries()) inputs[s]?.push(parts[j] ?? new Float32Array())
  }
  // What owners were sent are other parts then, and nobody but them knows what those come to.
  if (bans.some(({ offence }) => offence === 'gradient')) return bans
  for (const [s, j] of suspects.entries()) {
    const due = centeredClip(inputs[s] ?? [], limits)
    const isRight = hashOfPart(due) === hashOfPart(columns[j] ?? new Float32Array())
    if (!isRight) bans.push({ peer: contributors[j] ?? '', offence: 'aggregate' })
  }
  return bans
}
