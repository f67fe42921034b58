/** What both servers do alike on their shares: open masked vectors, and check their range. */
import type { PeerId } from '../../mesh/mesh.ts'
import { sha256Bytes } from '../../util/digest.ts'
import type { Conversation } from './conversation.ts'
import { sumsChecked } from './range.ts'
import { digestOf, residual } from './range-check.ts'
import type { Words } from './ring/ring.ts'
import type { Half } from './triples.ts'

/** Which server this is, and what it has. */
export interface Side {
  readonly isFirst: boolean
  readonly other: PeerId
  readonly half: Half
}

/** E = X - U of these workers, opened to both: [n][d], with rows of zeros for the others. */
export async function openRows(
  talk: Conversation,
  { other, half }: Side,
  shares: ReadonlyMap<PeerId, Words>,
): Promise<readonly Words[]> {
  const { ring, cast, sizes } = talk.stage
  return Promise.all(
    cast.workers.map((peer, i) => {
      const share = shares.get(peer)
      if (share === undefined) return new Uint32Array(2 * sizes.dimension)
      const masked = ring.subtract(share, half.row(i))
      return talk.open(talk.tag('distance', 'opened', i), masked, other, talk.codecs.distance.opened)
    }),
  )
}

export interface Proofs {
  /** This server's shares of the vectors, and of the bits of those who sent a proof. */
  readonly shares: ReadonlyMap<PeerId, Words>
  readonly proofs: ReadonlyMap<PeerId, Words>
  /** Of the signs. */
  readonly challenge: Uint8Array
  readonly bits: number
}

/** The workers whose vectors are in range. The others are blamed. */
export async function inRange(
  talk: Conversation,
  { isFirst, other, half }: Side,
  { shares, proofs, challenge, bits }: Proofs,
): Promise<readonly PeerId[]> {
  const { mesh, ring, cast, sizes } = talk.stage
  const { workers: n, proof: length } = sizes
  const proven = cast.workers.flatMap((peer, worker) => {
    const [vector, proof] = [shares.get(peer), proofs.get(peer)]
    return vector === undefined || proof === undefined ? [] : [{ peer, worker, vector, proof }]
  })

  // 1. Open the bits, masked.
  const masked = new Uint32Array(2 * n * length)
  for (const { worker, proof } of proven)
    masked.set(ring.subtract(proof, half.mask(worker)), 2 * worker * length)
  const opened = await talk.open(talk.tag('check', 'opened'), masked, other, talk.codecs.check.opened)

  // 2. Are they the bits of the sums, and bits at all? Shares of zeros have equal digests.
  const sums = ring.project(
    challenge,
    sumsChecked,
    proven.map(({ vector }) => vector),
  )
  const digests = new Uint8Array(n * sha256Bytes)
  for (const [k, { worker, proof }] of proven.entries()) {
    const checked = {
      sums: sums[k] ?? new Uint32Array(2 * sumsChecked),
      proof,
      mask: half.mask(worker),
      squares: half.squares(worker),
      opened: opened.subarray(2 * worker * length, 2 * (worker + 1) * length),
    }
    digests.set(digestOf(ring, residual(ring, checked, bits, isFirst), isFirst), worker * sha256Bytes)
  }
  const tag = talk.tag('check', 'digest')
  await talk.say(tag, digests, other)
  const others = await talk.hear(tag, other, talk.codecs.check.digest)
  const areEqual = (worker: number) =>
    digests
      .subarray(worker * sha256Bytes, (worker + 1) * sha256Bytes)
      .every((byte, k) => byte === others[worker * sha256Bytes + k])
  for (const { peer, worker } of proven)
    if (!areEqual(worker)) mesh.blame({ peer, kind: 'AGREEMENT_OUT_OF_RANGE', tag })
  return proven.filter(({ worker }) => areEqual(worker)).map(({ peer }) => peer)
}
