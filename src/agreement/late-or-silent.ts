/**
 * Attendance that tells who is late from who is silent, for protocols in which not all wait for the same members. There a peer that
 * had to wait for a silent one is behind for a while, and late at those that did not have to: if that counted, one liar's silence
 * would make honest peers give up each other for good. So a missed deadline counts where the member has missed another before it and
 * said nothing since. A silent one costs one deadline more; one that is always a little late costs what one does that is always just
 * in time.
 */
import { Attendance } from '../mesh/attendance.ts'
import type { Wait } from '../mesh/collect.ts'
import type { Mesh, PeerId } from '../mesh/mesh.ts'
import type { TagPattern } from '../mesh/tag.ts'

export class LateOrSilent extends Attendance {
  readonly #attendance: Attendance
  /** Members that have missed a deadline, and have said nothing since. */
  readonly #owing = new Set<PeerId>()

  /** @param attendance whose limit holds, and who is told of what counts */
  constructor(attendance: Attendance) {
    super(1)
    this.#attendance = attendance
  }

  /** It has said something, in time or not. */
  spoke(peer: PeerId): void {
    this.#owing.delete(peer)
  }

  override isWaitedFor(peer: PeerId): boolean {
    return this.#attendance.isWaitedFor(peer)
  }

  override debtOf(peer: PeerId): number {
    return this.#attendance.debtOf(peer)
  }

  override heard(peer: PeerId): void {
    this.spoke(peer)
    this.#attendance.heard(peer)
  }

  override missed(peer: PeerId): void {
    if (this.#owing.has(peer)) this.#attendance.missed(peer)
    this.#owing.add(peer)
  }
}

/** `wait`, told of whatever members say under the tags that `pattern` covers, also when nobody waits for it any more. */
export function tellingApart(mesh: Mesh, pattern: TagPattern, wait: Wait, signal: AbortSignal): Wait {
  if (wait.policy !== 'synchronous') return wait
  const attendance = new LateOrSilent(wait.attendance)
  const listening = async () => {
    for await (const { from } of mesh.listen(pattern, { signal })) attendance.spoke(from)
  }
  // Where it cannot listen, whoever is late is taken for silent.
  listening().catch(() => {})
  return { ...wait, attendance }
}
