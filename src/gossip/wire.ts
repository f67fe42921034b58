/**
 * Names on the wire. Every protocol id and topic carries the wire version, so that peers that cannot understand each other
 * never exchange a byte that could be misread: the one that asks finds the protocol missing and can say why.
 */

/** Raised whenever a frame, an announcement or a digest changes its meaning. */
export const wireVersion = 1

export type ProtocolName = 'admission' | 'datagram' | 'direct' | 'pull'

/** The libp2p protocol id: `/medoid/1/pull`. */
export function protocolId(name: ProtocolName, version = wireVersion): string {
  return `/medoid/${version}/${name}`
}

/** The wire version that a protocol id of this project names, or undefined where it is none of ours. */
export function wireVersionOf(id: string): number | undefined {
  const match = /^\/medoid\/(\d{1,9})\//.exec(id)
  return match === null ? undefined : Number(match[1])
}

/** The gossip topic of one roster: `medoid/1/<64 hex digits>`. Another roster is another topic. */
export function topicOf(rosterDigest: Uint8Array): string {
  return `medoid/${wireVersion}/${Buffer.from(rosterDigest).toString('hex')}`
}
