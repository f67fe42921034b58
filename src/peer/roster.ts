/**
 * The roster: who is a member of a swarm, for good, signed by its founder. Every announcement carries its digest, so
 * peers with different rosters never mix what they say.
 *
 * A roster is of one run: it has a random number that makes its digest another one than that of any roster before, also
 * of the same swarm and the same members. So what was signed in an earlier run is worth nothing in this one.
 */
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Member, PeerId } from '../mesh/mesh.ts'
import { canonicalJson } from '../util/canonical-json.ts'
import { admissionError } from './admission-errors.ts'
import { type Cast, misfitOf } from './cast.ts'
import { type Identity, sign, verify } from './identity.ts'
import { peerIdSchema, type SwarmDocument, swarmIdOf } from './swarm-document.ts'

export interface Roster {
  readonly swarmId: string
  /** What tells this run from others of the same members: 16 random bytes in hex. */
  readonly run: string
  /** Sorted by peer id. */
  readonly members: readonly Member[]
}

export interface SignedRoster {
  readonly roster: Roster
  /** The founder's signature over `rosterBytes`, base64. */
  readonly signature: string
}

/** The most members a swarm may have: a bound on what a joiner reads, not on what the protocol could carry. */
export const maxMembers = 256

/** How a role is spelled. */
export const rolePattern = /^[a-z-]{1,16}$/

/** A roster's form on the wire and on disk. One that passes may still be forged: see `verifyRoster`. */
export const rosterSchema = z.strictObject({
  roster: z.strictObject({
    swarmId: z.string().regex(/^[0-9a-f]{64}$/),
    run: z.string().regex(/^[0-9a-f]{32}$/),
    members: z
      .array(z.strictObject({ peer: peerIdSchema, role: z.string().regex(rolePattern) }))
      .max(maxMembers),
  }),
  signature: z.base64().max(128),
})

const purpose = 'roster'

/** The roster of `members`, each of them once, for the run `run`, by default a new one. */
export function rosterOf(swarmId: string, members: readonly Member[], run = newRun()): Roster {
  return { swarmId, run, members: members.toSorted((a, b) => (a.peer < b.peer ? -1 : 1)) }
}

function newRun(): string {
  return randomBytes(16).toString('hex')
}

/** What is signed and digested: canonical JSON. */
export function rosterBytes({ swarmId, run, members }: Roster): Uint8Array {
  return Buffer.from(
    canonicalJson({ swarmId, run, members: members.map(({ peer, role }) => ({ peer, role })) }),
  )
}

/** SHA-256 of `rosterBytes`, 32 bytes. */
export function rosterDigest(roster: Roster): Uint8Array {
  return createHash('sha256').update(rosterBytes(roster)).digest()
}

export async function signRoster(founder: Identity, roster: Roster): Promise<SignedRoster> {
  const signature = await sign(founder, purpose, rosterBytes(roster))
  return { roster, signature: Buffer.from(signature).toString('base64') }
}

/**
 * Rejects with PEER_BAD_ROSTER unless the roster is of this swarm, has exactly the members and roles of `cast`, in order, the
 * founder and `self` among them, and the founder signed it.
 */
export async function verifyRoster(
  { roster, signature }: SignedRoster,
  { document, cast, self }: { readonly document: SwarmDocument; readonly cast: Cast; readonly self: PeerId },
): Promise<void> {
  const refuse = (reason: string) => admissionError({ code: 'PEER_BAD_ROSTER', reason })
  const peers = roster.members.map(({ peer }) => peer)
  if (roster.swarmId !== swarmIdOf(document)) throw refuse('it is of another swarm')
  const misfit = misfitOf(roster.members, cast)
  if (misfit !== undefined) throw refuse(misfit)
  if (peers.some((peer, i) => i > 0 && peer <= (peers[i - 1] as PeerId)))
    throw refuse('its members are not in order, or one is named twice')
  if (!peers.includes(document.founder)) throw refuse('the founder is not in it')
  if (!peers.includes(self)) throw refuse('this peer is not in it')
  if (!(await verify(document.founder, purpose, rosterBytes(roster), Buffer.from(signature, 'base64'))))
    throw refuse('the founder did not sign it')
}
