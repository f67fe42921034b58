/**
 * Views: what a member has of each speaker of an exchange, as digests; and what follows from the views of all. Arithmetic of
 * agreed-broadcast.ts, which says why the thresholds are what they are.
 */
import { fromHex, sha256, sha256Bytes, toHex } from '../../util/digest.ts'

/** For each speaker, in their order, the digest of its payload in hexadecimal, or `absent`. */
export type View = readonly string[]

/** What stands for a payload that did not come. */
export const absent = ''

/** What is said most of one speaker, and by how many. */
export interface Leader {
  readonly digest: string
  readonly votes: number
}

/** For each of `speakers` speakers what most views say of it; of equally many the least text, so `absent` before any. */
export function leadersOf(views: readonly View[], speakers: number): readonly Leader[] {
  return Array.from({ length: speakers }, (_, i) => {
    const votes = new Map<string, number>()
    for (const view of views) {
      const digest = view[i] ?? absent
      votes.set(digest, (votes.get(digest) ?? 0) + 1)
    }
    let leader: Leader = { digest: absent, votes: 0 }
    for (const [digest, count] of votes)
      if (count > leader.votes || (count === leader.votes && digest < leader.digest))
        leader = { digest, votes: count }
    return leader
  })
}

/** The leaders that at least `least` views name; the others are absent. */
export function withVotes(leaders: readonly Leader[], least: number): View {
  return leaders.map(({ digest, votes }) => (votes >= least ? digest : absent))
}

/** How many views say `digest` of the speaker at `position`. */
export function votesFor(views: readonly View[], position: number, digest: string): number {
  return views.filter((view) => (view[position] ?? absent) === digest).length
}

/** 32 bytes a speaker; of zeros where it is absent. */
export function encodeView(view: View): Uint8Array {
  const payload = new Uint8Array(view.length * sha256Bytes)
  for (const [i, digest] of view.entries())
    if (digest !== absent) payload.set(fromHex(digest), i * sha256Bytes)
  return payload
}

export function decodeView(payload: Uint8Array): View {
  return Array.from({ length: payload.length / sha256Bytes }, (_, i) => {
    const digest = payload.subarray(i * sha256Bytes, (i + 1) * sha256Bytes)
    return digest.some((byte) => byte !== 0) ? toHex(digest) : absent
  })
}

/** Stands for a whole view, in 32 bytes. */
export function digestOfView(view: View): string {
  return toHex(sha256(encodeView(view)))
}
