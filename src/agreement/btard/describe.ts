/** The tags that BTARD uses, for the mesh, before it takes a byte. How long most payloads are depends on who is left. */
import { bytes, bytesOf } from '../../mesh/codec.ts'
import type { Describe, Description, PeerId } from '../../mesh/mesh.ts'
import { sha256Bytes } from '../../util/digest.ts'
import { wordOf } from '../describe.ts'
import type { ProtocolPlan } from '../protocol.ts'
import { reportBytes } from '../witness.ts'
import { nonceBytes } from './public-randomness.ts'
import { type ExchangePhase, exchangePhases } from './tags.ts'

export function describeBtard(
  { f, dimension }: Pick<ProtocolPlan, 'f' | 'dimension'>,
  members: readonly PeerId[],
): Describe {
  const n = members.length
  const isMember = new Set(members)
  const toAll = (maxBytes: number): Description => ({ maxBytes, codec: bytes, audience: 'all' })
  const mostBytes: Readonly<Record<ExchangePhase, number>> = {
    commit: sha256Bytes * (n + 1),
    aggregate: 4 * dimension,
    reveal: nonceBytes,
    scalars: 16 * n,
    accuse: 2 * reportBytes(n),
  }
  // Sent to one alone because nobody else needs it.
  const part: Description = { maxBytes: 4 * dimension, codec: bytes, audience: 'recipients', isOpen: true }
  const done: Description = { maxBytes: sha256Bytes, codec: bytesOf(sha256Bytes), audience: 'all' }
  return (tag) => {
    const { phase, kind, hop, origin, part: number } = tag
    if (number !== undefined) return undefined
    if (phase === 'part') return kind === 'part' && hop === 0 && origin === undefined ? part : undefined
    const exchange = exchangePhases.find((one) => one === phase)
    if (exchange === undefined) return wordOf(tag)
    const said = toAll(mostBytes[exchange])
    if (origin !== undefined)
      return kind === 'copy' && hop === 0 && isMember.has(origin)
        ? { ...said, audience: 'recipients' }
        : undefined
    if (kind === 'view' || kind === 'king') {
      const least = kind === 'king' ? 1 : 0
      return hop >= least && hop <= f + 1 ? toAll(sha256Bytes * n) : undefined
    }
    if (hop !== 0) return undefined
    return kind === 'said' ? said : kind === 'done' ? done : undefined
  }
}
