/** The tags that DRACO uses, for the mesh, before it takes a byte; and who plays which role. */
import { bytesOf, f32, f64 } from '../../mesh/codec.ts'
import type { Describe, Description, Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { sha256Bytes } from '../../util/digest.ts'
import { wordOf } from '../describe.ts'
import { onlyPeerWith, peersWith } from '../roles.ts'
import type { DracoCode } from './assess.ts'

/** SHA-256 of a worker's sum, to the server. */
export const voteTag = (step: Step): Tag => ({ step, phase: 'gradient', kind: 'vote', hop: 0 })
/** The sum itself, for the server to ask for. */
export const sumTag = (step: Step): Tag => ({ step, phase: 'gradient', kind: 'sum', hop: 0 })
/** A worker's row of the cyclic code, to the server: real parts, then imaginary parts. */
export const rowTag = (step: Step): Tag => ({ step, phase: 'gradient', kind: 'row', hop: 0 })

/** For a model of `dimension` parameters. */
export function describeDraco(dimension: number, { code }: { readonly code: DracoCode }): Describe {
  const model: Description = { maxBytes: 4 * dimension, codec: f32(dimension), audience: 'all' }
  const digest: Description = { maxBytes: sha256Bytes, codec: bytesOf(sha256Bytes), audience: 'recipients' }
  const sum: Description = { ...model, audience: 'recipients' }
  const row: Description = { maxBytes: 16 * dimension, codec: f64(2 * dimension), audience: 'recipients' }
  const answers: Readonly<Record<string, Description>> =
    code === 'repetition' ? { vote: digest, sum } : { row }
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    if (hop !== 0 || origin !== undefined || part !== undefined) return undefined
    if (phase === 'model' && kind === 'value') return model
    if (phase === 'gradient' && Object.hasOwn(answers, kind)) return answers[kind]
    return wordOf(tag)
  }
}

export interface Roles {
  readonly server: PeerId
  /** In the order of the members: a worker's position decides its batches. */
  readonly workers: readonly PeerId[]
}

/** @throws AGREEMENT_ROLES unless exactly one member serves */
export function rolesOf({ members }: Pick<Mesh, 'members'>): Roles {
  return { server: onlyPeerWith(members, 'server'), workers: peersWith(members, 'worker') }
}
