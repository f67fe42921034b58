/**
 * Chance that all members see and none of them chooses: in each step every one says the hash of a nonce, and reveals the nonce
 * when the hashes of all are agreed on.
 *
 * A liar chooses its nonce before it knows any other, so it can do no more than keep it to itself once it has heard the
 * others': then it is banned and the step refused, and what the nonces would have drawn is never used. So in a whole run
 * f liars make at most f such choices, each between going on and a refused step.
 */
import type { PeerId, Step } from '../../mesh/mesh.ts'
import { sha256, sha256Bytes, toHex } from '../../util/digest.ts'
import { type Random, seededRandom } from '../../util/prng.ts'

/** 256 bits that all members know, in hexadecimal. */
export type PublicRandomness = string

/** Bytes of a nonce, and of the hash that commits to it. */
export const nonceBytes = sha256Bytes

/** Of the first step: it follows from the roster alone, and decides batches and validators, not whom those look at. */
export function firstRandomness(members: readonly PeerId[]): PublicRandomness {
  return toHex(sha256(members.join('\n')))
}

/** What is said of a nonce before it is. Bound to step and member: who repeats another's hash cannot use its nonce. */
export function commitmentTo(nonce: Uint8Array, step: Step, peer: PeerId): Uint8Array {
  return sha256(`${step}\n${peer}\n`, nonce)
}

/** Of the nonces of all members, in their order. */
export function jointRandomness(nonces: readonly Uint8Array[]): PublicRandomness {
  return toHex(sha256(...nonces))
}

/** Of the step after one that was refused: nobody chose it. */
export function randomnessAfterRefusal(before: PublicRandomness): PublicRandomness {
  return toHex(sha256('refused\n', before))
}

/** A stream of chance for one purpose. */
export function publicChance(randomness: PublicRandomness, ...purpose: readonly (string | number)[]): Random {
  return seededRandom(0, randomness, ...purpose)
}
