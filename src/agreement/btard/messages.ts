/** What members say to all in the five exchanges of a step, as bytes. Decoders return undefined for what is no such message. */
import { f32, f64 } from '../../mesh/codec.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { fromHex, sha256Bytes, toHex } from '../../util/digest.ts'
import { decodeReport, encodeReport, reportBytes } from '../witness.ts'
import type { Cast } from './cast.ts'
import { nonceBytes } from './public-randomness.ts'
import type { Scalars } from './scalars.ts'

/** A member's hash of its nonce and, where it contributes, of each part of its gradient. */
export interface Commit {
  readonly nonce: Uint8Array
  /** In hexadecimal, in the order of the parts; none of a validator. */
  readonly parts: readonly string[]
}

/** 32 bytes for the nonce, then 32 a part. */
export function encodeCommit({ nonce, parts }: Commit): Uint8Array {
  const payload = new Uint8Array(nonceBytes + parts.length * sha256Bytes)
  payload.set(nonce)
  for (const [j, hash] of parts.entries()) payload.set(fromHex(hash), nonceBytes + j * sha256Bytes)
  return payload
}

export function decodeCommit(payload: Uint8Array, parts: number): Commit | undefined {
  if (payload.length !== nonceBytes + parts * sha256Bytes) return undefined
  const hashAt = (from: number) => toHex(payload.subarray(from, from + sha256Bytes))
  return {
    nonce: payload.subarray(0, nonceBytes),
    parts: Array.from({ length: parts }, (_, j) => hashAt(nonceBytes + j * sha256Bytes)),
  }
}

/** A column of `length` coordinates. */
export function decodeColumn(payload: Uint8Array, length: number): Float32Array | undefined {
  const decoded = f32(length).decode(payload)
  return 'value' in decoded ? decoded.value : undefined
}

/** For `columns` columns. */
export function decodeScalars(payload: Uint8Array, columns: number): Scalars | undefined {
  const decoded = f64(2 * columns).decode(payload)
  return 'value' in decoded ? decoded.value : undefined
}

/** Whom a member charges at the end of a step. */
export interface Charges {
  /** Contributors that committed themselves to other gradients or said other scalars than theirs: to be judged by all. */
  readonly accused: readonly PeerId[]
  /** Members that kept from this one what they owed it, or told it something else than the others: its word against theirs. */
  readonly disputed: readonly PeerId[]
}

/** A bit a contributor, then, from the next byte on, a bit a member. */
export function encodeCharges({ accused, disputed }: Charges, { contributors, members }: Cast): Uint8Array {
  const bits = [encodeReport(new Set(accused), contributors), encodeReport(new Set(disputed), members)]
  return Uint8Array.from(bits.flatMap((mask) => [...mask]))
}

export function decodeCharges(payload: Uint8Array, { contributors, members }: Cast): Charges | undefined {
  const split = reportBytes(contributors.length)
  if (payload.length !== split + reportBytes(members.length)) return undefined
  return {
    accused: decodeReport(payload.subarray(0, split), contributors),
    disputed: decodeReport(payload.subarray(split), members),
  }
}
