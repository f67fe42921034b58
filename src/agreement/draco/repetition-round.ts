/**
 * The server's part of a step under the repetition code.
 *
 * How:
 *   1. count the digests that the workers vote for, until s+1 of every group agree: nobody needs to be waited for by the clock
 *   2. ask one worker that voted for the winner for the sum itself; if it is silent, or what it serves has another digest,
 *      the next: at least one of the s+1 is honest
 *   3. the mean is the sum of the groups' sums over n
 */
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { FaultKind } from '../../mesh/fault.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { sha256, toHex } from '../../util/digest.ts'
import { scoped } from '../../util/signal.ts'
import { type Roles, sumTag, voteTag } from './describe.ts'
import { gather } from './gather.ts'
import { GroupVote, groupOf, meanOfSums } from './repetition-code.ts'
import type { DracoOptions, Recovered } from './report.ts'

export interface VoteRoundOptions extends Pick<DracoOptions, 'f' | 'onProgress' | 'signal'> {
  /** How long one worker is waited for that was asked for a sum. */
  readonly deadlineMs: Milliseconds
  /** What is known of workers from the steps before, and what this step adds. */
  readonly known: KnownWorkers
}

/** Who is asked last for a sum, and for good: a silent worker costs a deadline whenever it is asked, a lying one an answer. */
export class KnownWorkers {
  readonly lied = new Set<PeerId>()
  readonly wereSilent = new Set<PeerId>()

  /** Those that never failed first, then those that lied, then those that did not answer. */
  inOrder(workers: readonly PeerId[]): PeerId[] {
    const rank = (peer: PeerId) => (this.wereSilent.has(peer) ? 2 : this.lied.has(peer) ? 1 : 0)
    return workers.toSorted((a, b) => rank(a) - rank(b))
  }
}

export async function recoverByVote(
  mesh: Mesh,
  { workers }: Roles,
  step: Step,
  dimension: number,
  options: VoteRoundOptions,
): Promise<Recovered> {
  const groups = await countVotes(mesh, workers, step, options)
  const nameOf = (worker: number) => workers[worker] ?? ''
  const winners = groups.flatMap(({ winner }) => winner ?? [])
  if (winners.length < groups.length) {
    const refusal = `in ${groups.length - winners.length} of ${groups.length} groups no ${options.f + 1} workers agree: more than ${options.f} lie`
    return { heard: [], missing: workers, caught: [], refusal, ruleMs: 0 }
  }
  const caught = new Set<PeerId>()
  const catchLiar = (peer: PeerId, kind: FaultKind, tag: Tag) => {
    mesh.blame({ peer, kind, tag })
    caught.add(peer)
    options.known.lied.add(peer)
  }
  for (const liar of winners.flatMap(({ outvoted }) => outvoted))
    catchLiar(nameOf(liar), 'AGREEMENT_OUTVOTED', voteTag(step))

  const sums = await Promise.all(
    winners.map(({ digest, voters }) =>
      fetchSum(mesh, step, digest, voters.map(nameOf), {
        ...options,
        dimension,
        onWrong: (peer) => catchLiar(peer, 'AGREEMENT_WRONG_PAYLOAD', sumTag(step)),
      }),
    ),
  )
  const agreed = new Set(winners.flatMap(({ voters }) => voters.map(nameOf)))
  const isHeard = (peer: PeerId) => agreed.has(peer) && !caught.has(peer)
  const result = {
    heard: workers.filter(isHeard),
    missing: workers.filter((peer) => !isHeard(peer)),
    caught: [...caught].sort(),
  }
  const found = sums.flatMap((sum) => sum ?? [])
  if (found.length < sums.length)
    return { ...result, refusal: 'nobody has the sum that its group voted for', ruleMs: 0 }
  const foundAt = mesh.clock.now()
  const mean = meanOfSums(found, workers.length)
  return { ...result, mean, ruleMs: mesh.clock.now() - foundAt }
}

async function countVotes(
  mesh: Mesh,
  workers: readonly PeerId[],
  step: Step,
  { f, deadlineMs, onProgress, signal }: VoteRoundOptions,
): Promise<readonly GroupVote[]> {
  const groups = Array.from({ length: workers.length / (2 * f + 1) }, () => new GroupVote(f))
  await gather(mesh, voteTag(step), {
    workers,
    deadlineMs,
    take: (worker, digest) => groups[groupOf(worker, f)]?.cast(worker, toHex(digest)),
    isEnough: () => groups.every(({ winner, isHopeless }) => winner !== undefined || isHopeless),
    onWaiting: (waitingFor, stalled) =>
      onProgress?.({ step, doing: 'exchange', phase: 'gradient', waitingFor, stalled }),
    signal,
  })
  return groups
}

interface FetchOptions extends VoteRoundOptions {
  readonly dimension: number
  readonly onWrong: (peer: PeerId) => void
}

/**
 * The sum whose digest won. Those who voted for it are asked one after the other, the likeliest first, again and with twice
 * the patience when all were silent; who serves anything else is not asked again. Undefined where nobody is left.
 */
async function fetchSum(
  mesh: Mesh,
  step: Step,
  digest: string,
  voters: readonly PeerId[],
  { deadlineMs, known, dimension, onWrong, signal }: FetchOptions,
): Promise<Float32Array | undefined> {
  const tag = sumTag(step)
  let asked = known.inOrder(voters)
  for (let patienceMs = deadlineMs; asked.length > 0; patienceMs *= 2)
    for (const peer of asked) {
      const payload = await answerWithin(mesh, peer, tag, patienceMs, signal)
      if (payload === undefined) {
        known.wereSilent.add(peer)
        continue
      }
      const decoded = toHex(sha256(payload)) === digest ? f32(dimension).decode(payload) : undefined
      if (decoded !== undefined && 'value' in decoded) return decoded.value
      onWrong(peer)
      asked = asked.filter((other) => other !== peer)
    }
  return undefined
}

/** What `peer` serves under the tag, or undefined where it takes longer than `patienceMs`. */
async function answerWithin(
  mesh: Mesh,
  peer: PeerId,
  tag: Tag,
  patienceMs: Milliseconds,
  parent: AbortSignal,
): Promise<Uint8Array | undefined> {
  return scoped(parent, async (signal) => {
    const silence = mesh.clock.sleep(patienceMs, { signal }).then(() => undefined)
    const payload = await Promise.race([mesh.ask(peer, tag, { signal }), silence])
    parent.throwIfAborted()
    return payload
  })
}
