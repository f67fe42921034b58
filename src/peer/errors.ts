/** What can go wrong at this peer's own end of the network. What others do wrong is a fault (mesh/fault.ts). */
import { errorsOf, type Sentences } from '../util/coded-error.ts'

export type PeerProblem =
  | { readonly code: 'PEER_CANNOT_LISTEN'; readonly addresses: string; readonly reason: string }
  | { readonly code: 'PEER_BAD_LIMITS'; readonly reason: string }
  | { readonly code: 'PEER_NOT_IN_ROSTER'; readonly self: string }
  | { readonly code: 'PEER_FOREIGN_KEY'; readonly peer: string }

export const peerSentences: Sentences<PeerProblem> = {
  PEER_CANNOT_LISTEN: ({ addresses, reason }) =>
    `cannot listen on ${addresses}: ${reason}; choose another address or port, or stop what uses it`,
  PEER_BAD_LIMITS: ({ reason }) =>
    `the limits of the wire do not fit together: ${reason}; correct the swarm file`,
  PEER_NOT_IN_ROSTER: ({ self }) =>
    `${self} is not in the roster that it was given; ask the founder for one that names this peer`,
  PEER_FOREIGN_KEY: ({ peer }) =>
    `${peer} is not the id of an Ed25519 key; members of a swarm have ids that start with 12D3KooW`,
}

export const peerError = errorsOf(peerSentences)

/**
 * A connection or stream that was refused before it could do anything: one line in a log, counted by code.
 * The other side sees a closed connection or stream.
 */
export type Refusal =
  | { readonly code: 'PEER_NO_HANDSHAKE'; readonly address: string }
  | { readonly code: 'PEER_TOO_MANY_STRANGERS'; readonly peer: string; readonly address: string }
  | { readonly code: 'PEER_TOO_MANY_CONNECTIONS'; readonly peer: string; readonly address: string }
  | { readonly code: 'PEER_IDLE_STRANGER'; readonly peer: string }
  | { readonly code: 'PEER_MEMBERS_ONLY'; readonly peer: string; readonly protocol: string }

export const refusalSentences: Sentences<Refusal> = {
  PEER_NO_HANDSHAKE: ({ address }) =>
    `${address} opened a connection and did not prove who it is; harmless unless it happens all the time`,
  PEER_TOO_MANY_STRANGERS: ({ peer, address }) =>
    `${peer} at ${address} was turned away: as many strangers as may are connected; it can try again`,
  PEER_TOO_MANY_CONNECTIONS: ({ peer, address }) =>
    `${peer} at ${address} was turned away: it holds as many connections as one peer may`,
  PEER_IDLE_STRANGER: ({ peer }) => `${peer} is no member and did not ask for admission; it was disconnected`,
  PEER_MEMBERS_ONLY: ({ peer, protocol }) =>
    `${peer} is no member and tried to open ${protocol}; the stream was refused`,
}
