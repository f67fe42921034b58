/** An owner's column: the parts of all contributors, each as its contributor committed itself to it. */
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Delivery, Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { sha256, toHex } from '../../util/digest.ts'
import { scoped } from '../../util/signal.ts'
import { listening } from './listening.ts'
import type { Commit } from './messages.ts'
import { hashOfPart, partLength, splitIn } from './parts.ts'
import type { Standing } from './standing.ts'
import { partTag } from './tags.ts'
import type { Work } from './work.ts'

export interface GatherPartsOptions {
  readonly step: Step
  readonly contributors: readonly PeerId[]
  readonly commits: ReadonlyMap<PeerId, Commit>
  /** Of this owner's own gradient. */
  readonly mine: readonly Float32Array[]
  readonly dimension: number
  /** With whom this owner is in dispute: their parts did not come before, and are not waited for. */
  readonly standing: Pick<Standing, 'areInDispute'>
  readonly dueAtMs: Milliseconds
  readonly work: Pick<Work, 'gradientOf'>
  readonly signal: AbortSignal
}

export interface GatheredParts {
  /** In the order of the contributors. */
  readonly parts: ReadonlyMap<PeerId, Float32Array>
  /** Whose parts did not come, or were not what had been committed to, so that they were computed here. */
  readonly withheld: readonly PeerId[]
  /** Those of them whose hash is not that of their gradient's part. There is none of theirs in `parts`. */
  readonly liars: readonly PeerId[]
}

export async function gatherParts(mesh: Mesh, options: GatherPartsOptions): Promise<GatheredParts> {
  const { contributors, commits, mine, work } = options
  const column = contributors.indexOf(mesh.self)
  const heard = await hearParts(mesh, column, options)
  const parts = new Map<PeerId, Float32Array>()
  const withheld: PeerId[] = []
  const liars: PeerId[] = []
  for (const peer of contributors) {
    const part = peer === mesh.self ? mine[column] : heard.get(peer)
    if (part !== undefined) {
      parts.set(peer, part)
      continue
    }
    withheld.push(peer)
    const due = splitIn(contributors.length, await work.gradientOf(peer))[column] ?? new Float32Array()
    if (hashOfPart(due) === commits.get(peer)?.parts[column]) parts.set(peer, due)
    else liars.push(peer)
  }
  return { parts, withheld, liars }
}

/** What came until it was due, or all of it. */
async function hearParts(
  mesh: Mesh,
  column: number,
  { step, contributors, commits, dimension, standing, dueAtMs, signal: parent }: GatherPartsOptions,
): Promise<ReadonlyMap<PeerId, Float32Array>> {
  const codec = f32(partLength(dimension, contributors.length, column))
  const heard = new Map<PeerId, Float32Array>()
  const isSettled = new Set<PeerId>([
    mesh.self,
    ...contributors.filter((peer) => standing.areInDispute(mesh.self, peer)),
  ])
  const take = ({ from, tag, payload }: Delivery) => {
    if (!contributors.includes(from)) return undefined
    const decoded = codec.decode(payload)
    isSettled.add(from)
    if (toHex(sha256(payload)) !== commits.get(from)?.parts[column])
      mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_PAYLOAD', tag })
    else if ('fault' in decoded) mesh.blame({ peer: from, kind: decoded.fault, tag })
    else heard.set(from, decoded.value)
    return undefined
  }
  await scoped(parent, (signal) =>
    listening(mesh, partTag(step), take, signal).until(
      () => contributors.every((peer) => isSettled.has(peer)),
      dueAtMs,
    ),
  )
  return heard
}
