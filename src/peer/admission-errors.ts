/** What can go wrong with a key, a swarm document, a roster or on the way into a swarm. */
import { errorsOf, type Sentences } from '../util/coded-error.ts'

export type AdmissionProblem =
  | { readonly code: 'PEER_KEY_EXISTS'; readonly path: string }
  | { readonly code: 'PEER_KEY_EXPOSED'; readonly path: string }
  | { readonly code: 'PEER_KEY_UNREADABLE'; readonly path: string }
  | { readonly code: 'PEER_FORGED_SWARM'; readonly founder: string }
  | { readonly code: 'PEER_WRONG_SWARM'; readonly expected: string; readonly found: string }
  | { readonly code: 'PEER_BAD_ROSTER'; readonly reason: string }
  | { readonly code: 'PEER_BAD_ADDRESS'; readonly address: string; readonly reason: string }
  | { readonly code: 'PEER_UNREACHABLE'; readonly address: string; readonly reason: string }
  | {
      readonly code: 'PEER_WIRE_VERSION'
      readonly peer: string
      readonly ours: string
      readonly theirs: string
    }
  | { readonly code: 'PEER_BAD_ANSWER'; readonly peer: string; readonly reason: string }
  | { readonly code: 'PEER_ADMISSION_LOST'; readonly peer: string; readonly reason: string }
  | { readonly code: 'PEER_SWARM_FULL'; readonly peer: string }
  | { readonly code: 'PEER_NOT_LISTED'; readonly peer: string; readonly self: string }
  | { readonly code: 'PEER_ADMISSION_BUSY'; readonly peer: string }
  | { readonly code: 'PEER_OTHER_SWARM'; readonly peer: string }
  | { readonly code: 'PEER_BAD_REQUEST'; readonly peer: string; readonly reason: string }

export const admissionSentences: Sentences<AdmissionProblem> = {
  PEER_KEY_EXISTS: ({ path }) =>
    `${path} exists already and a key is never replaced; use it, or name another directory with --data`,
  PEER_KEY_EXPOSED: ({ path }) =>
    `others on this machine may read ${path}, and whoever reads it can act as this peer; run: chmod 600 ${path}`,
  PEER_KEY_UNREADABLE: ({ path }) =>
    `${path} holds no Ed25519 key; restore it from your backup, or move it away to get a new identity`,
  PEER_FORGED_SWARM: ({ founder }) =>
    `the swarm description that came is not signed by its founder ${founder}; join through another member`,
  PEER_WRONG_SWARM: ({ expected, found }) =>
    `the swarm id is ${found}, not ${expected}; check --swarm-id and the address`,
  PEER_BAD_ROSTER: ({ reason }) => `the roster that came cannot be used: ${reason}; tell the founder`,
  PEER_BAD_ADDRESS: ({ address, reason }) =>
    `"${address}" is no address to dial: ${reason}; it looks like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW...`,
  PEER_UNREACHABLE: ({ address, reason }) =>
    `nobody can be reached at ${address}: ${reason}; check that the peer runs and that the address is right`,
  PEER_WIRE_VERSION: ({ peer, ours, theirs }) =>
    `${peer} speaks ${theirs} and this peer speaks ${ours}; run the same version of medoid on both`,
  PEER_BAD_ANSWER: ({ peer, reason }) =>
    `${peer} broke the admission protocol: ${reason}; join through another member`,
  PEER_ADMISSION_LOST: ({ peer, reason }) =>
    `${peer} went away before the swarm was complete: ${reason}; start again once it is back`,
  PEER_SWARM_FULL: ({ peer }) =>
    `the swarm of ${peer} has all its members; its founder must start a new one to let more in`,
  PEER_NOT_LISTED: ({ peer, self }) =>
    `the places that are left in the swarm of ${peer} are for peers that its founder listed; ask it to list ${self} and start anew`,
  PEER_ADMISSION_BUSY: ({ peer }) => `${peer} is answering as many others as it may; try again in a minute`,
  PEER_OTHER_SWARM: ({ peer }) =>
    `${peer} is in another swarm than the one asked for; join through a member of this one`,
  PEER_BAD_REQUEST: ({ peer, reason }) =>
    `${peer} asked for something that the admission protocol does not have: ${reason}; it was cut off, do nothing`,
}

export const admissionError = errorsOf(admissionSentences)
