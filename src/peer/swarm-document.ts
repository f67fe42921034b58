/**
 * The swarm document: what a swarm is, as text that its founder signed. The swarm id is the digest of that text and of
 * the founder's peer id, so the id alone is enough to recognise the right swarm, whoever hands the document over.
 *
 * What the text says is not this module's matter: `daemon/swarm-file.ts` reads it.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PeerId } from '../mesh/mesh.ts'
import { admissionError } from './admission-errors.ts'
import { type Identity, isPeerId, sign, verify } from './identity.ts'

export interface SwarmDocument {
  /** The description, as canonical JSON. */
  readonly description: string
  readonly founder: PeerId
  /** The founder's signature over the description, base64. */
  readonly signature: string
}

/** Characters that a description may have. Ours have some two thousand, and 60 more for each listed peer. */
export const maxDescriptionLength = 64 * 1024

export const peerIdSchema = z.string().refine(isPeerId)

/** A document's form on the wire and on disk. A document that passes may still be forged: see `verifyDocument`. */
export const documentSchema = z.strictObject({
  description: z.string().max(maxDescriptionLength),
  founder: peerIdSchema,
  signature: z.base64().max(128),
})

const purpose = 'swarm'

export async function signDocument(founder: Identity, description: string): Promise<SwarmDocument> {
  const signature = await sign(founder, purpose, Buffer.from(description))
  return { description, founder: founder.peer, signature: Buffer.from(signature).toString('base64') }
}

/** SHA-256 of the description and the founder's peer id, a zero byte between them, in hex. */
export function swarmIdOf({ description, founder }: Pick<SwarmDocument, 'description' | 'founder'>): string {
  return createHash('sha256').update(description).update('\0').update(founder).digest('hex')
}

/**
 * Rejects with PEER_FORGED_SWARM where the founder did not sign it, and with PEER_WRONG_SWARM where it is not the swarm
 * that was asked for.
 */
export async function verifyDocument(document: SwarmDocument, expectedId?: string): Promise<void> {
  const swarmId = swarmIdOf(document)
  if (expectedId !== undefined && swarmId !== expectedId)
    throw admissionError({ code: 'PEER_WRONG_SWARM', expected: expectedId, found: swarmId })
  const signature = Buffer.from(document.signature, 'base64')
  if (!(await verify(document.founder, purpose, Buffer.from(document.description), signature)))
    throw admissionError({ code: 'PEER_FORGED_SWARM', founder: document.founder })
}
