/** The members' public keys, read off their peer ids once: a signature check then costs no parsing. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Verify } from '../gossip/validate.ts'
import type { Member, PeerId } from '../mesh/mesh.ts'
import { peerError } from './errors.ts'

/** Checks signatures of members. Throws PEER_FOREIGN_KEY where a member's id is not that of an Ed25519 key. */
export function verifierOf(members: readonly Member[]): Verify {
  const keys = new Map(members.map(({ peer }) => [peer, publicKeyOf(peer)]))
  return (from, message, signature) => {
    const key = keys.get(from)
    if (key === undefined) return 'stranger'
    return verify(null, message, key, signature) ? 'valid' : 'invalid'
  }
}

function publicKeyOf(peer: PeerId): KeyObject {
  const { publicKey } = peerIdFromString(peer)
  if (publicKey?.type !== 'Ed25519') throw peerError({ code: 'PEER_FOREIGN_KEY', peer })
  const x = Buffer.from(publicKey.raw).toString('base64url')
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
}
