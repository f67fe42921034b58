/** The tags that LEARN uses, for the mesh, before it takes a byte: what each is, how long, and how many a member may say. */
import { bytes, bytesOf, f32 } from '../mesh/codec.ts'
import type { Describe, Description, PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { sha256Bytes } from '../util/digest.ts'
import { reportBytes } from './witness.ts'

/** Bytes of what is said before and after learning, at most. */
export const maxWordBytes = 8

/** What every protocol says before and after learning (rendezvous.ts). */
export function wordOf({ phase, kind, hop, origin, part }: Tag): Description | undefined {
  if (kind !== 'word' || hop !== 0 || origin !== undefined || part !== undefined) return undefined
  return phase === 'ready' || phase === 'done'
    ? { maxBytes: maxWordBytes, codec: bytes, audience: 'all' }
    : undefined
}

/**
 * For a model of `dimension` parameters. `origins` are the members where vectors are broadcast reliably (policy `reliable`),
 * and nobody otherwise: a liar cannot open a broadcast in the name of someone who is no member.
 */
export function describeLearn(dimension: number, origins: readonly PeerId[] = []): Describe {
  const vector: Description = { maxBytes: 4 * dimension, codec: f32(dimension), audience: 'all' }
  const digest: Description = { maxBytes: sha256Bytes, codec: bytesOf(sha256Bytes), audience: 'all' }
  const report: Description = {
    maxBytes: reportBytes(origins.length),
    codec: bytesOf(reportBytes(origins.length)),
    audience: 'all',
  }
  const copy: Description = { ...vector, audience: 'recipients' }
  const isOrigin = new Set(origins)
  return (tag) => {
    const { phase, kind, origin, part } = tag
    if (part !== undefined) return undefined
    const isAgreement = phase === 'gradient' || phase === 'model'
    if (origin !== undefined) {
      if (!isAgreement || !isOrigin.has(origin)) return undefined
      return kind === 'echo' || kind === 'ready' ? digest : kind === 'copy' ? copy : undefined
    }
    if (isAgreement && kind === 'value') return vector
    if (isAgreement && kind === 'report' && origins.length > 0) return report
    return wordOf(tag)
  }
}

/** What a member that keeps to the protocol says in one exchange: messages, and bytes of payload. */
export function saidInExchange(dimension: number, origins: readonly PeerId[] = []) {
  const n = origins.length
  const vector = 4 * dimension
  if (n === 0) return { messages: 1, bytes: vector }
  return { messages: 2 + 2 * n, bytes: vector + 2 * n * sha256Bytes + reportBytes(n) }
}
