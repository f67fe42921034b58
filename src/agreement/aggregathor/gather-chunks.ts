/**
 * Gathering over a transport that loses chunks: until all chunks of all workers that are waited for are in, or the deadline.
 * What collect.ts is for vectors that come whole.
 *
 * It cannot be known that a chunk is lost, only that it is not there yet. So where one is lost the whole deadline passes, and
 * what is missing then is taken for lost. If by then fewer than `least` workers were heard at all, it goes on for another
 * deadline, and asks the silent ones for their first chunk, which is an answer and does not get lost: so slow workers are
 * waited for, and a transport that loses much does not stop anything.
 */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Delivery, Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import { abortable, scoped } from '../../util/signal.ts'
import { Arrival, type Chunking, rangeOf } from './chunks.ts'
import { chunkTag, chunkTags } from './describe.ts'

export interface GatherOptions {
  readonly chunking: Chunking
  /** Whose chunks, in the order of the members: others that say one are blamed. */
  readonly from: readonly PeerId[]
  readonly deadlineMs: Milliseconds
  readonly attendance: Attendance
  /** Workers without whose word it does not end. */
  readonly least: number
  readonly onWaiting: (waitingFor: readonly PeerId[], isStalled: boolean) => void
  readonly signal: AbortSignal
}

export interface GatheredChunks {
  /** Of each worker that said a chunk, what came; in the order of the members. */
  readonly arrivals: readonly (readonly [PeerId, Arrival])[]
  /** Those who said what no honest worker says: nothing of theirs is taken. */
  readonly refused: readonly PeerId[]
}

/** Rejects when `signal` aborts. */
export async function gatherChunks(mesh: Mesh, step: Step, options: GatherOptions): Promise<GatheredChunks> {
  const { chunking, from: workers, deadlineMs, attendance, least, onWaiting } = options
  const arrivals = new Map<PeerId, Arrival>()
  const refused = new Set<PeerId>()
  const isWorker = new Set(workers)
  let present: ReadonlySet<PeerId> = isWorker
  let isOver = false

  const isWaitedFor = (peer: PeerId) =>
    !refused.has(peer) &&
    arrivals.get(peer)?.isWhole !== true &&
    present.has(peer) &&
    attendance.isWaitedFor(peer)
  const silent = () => workers.filter((peer) => !arrivals.has(peer) && !refused.has(peer))
  const isEnough = (isLate: boolean) => arrivals.size >= least && (isLate || !workers.some(isWaitedFor))

  const take = ({ from, tag, payload }: Delivery) => {
    if (!isWorker.has(from)) return mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
    if (refused.has(from)) return
    const { part = 0 } = tag
    const range = rangeOf(chunking, part)
    const decoded = f32(range.to - range.from).decode(payload)
    if ('value' in decoded) {
      const arrival = arrivals.get(from) ?? new Arrival(chunking)
      arrivals.set(from, arrival)
      arrival.take(part, decoded.value)
    } else {
      refused.add(from)
      arrivals.delete(from)
      mesh.blame({ peer: from, kind: decoded.fault, tag })
    }
  }

  await scoped(options.signal, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    const look = (isLate = false) => {
      isOver = isEnough(isLate)
      if (isOver) resolve()
      else onWaiting(workers.filter(isWaitedFor), isLate)
    }
    const deliveries = async () => {
      for await (const delivery of mesh.listen(chunkTags(step), { signal })) {
        if (isOver) return
        take(delivery)
        look()
      }
    }
    const presence = async () => {
      for await (const now of mesh.presence({ signal })) {
        if (isOver) return
        present = now
        look()
      }
    }
    const askForFirst = async (peer: PeerId) => {
      const tag = chunkTag(step, 0)
      // That there is no answer is what the next deadline finds out.
      const payload = await mesh.ask(peer, tag, { signal }).catch(() => undefined)
      if (payload === undefined || isOver) return
      take({ from: peer, tag, payload })
      look()
    }
    const deadlines = async () => {
      for (const asked = new Set<PeerId>(); ; ) {
        await mesh.clock.sleep(deadlineMs, { signal })
        if (isOver || signal.aborted) return
        look(true)
        if (isOver) return
        for (const peer of silent()) {
          if (!asked.has(peer)) askForFirst(peer).catch(reject)
          asked.add(peer)
        }
      }
    }
    for (const source of [deliveries(), presence(), deadlines()]) source.catch(reject)
    await abortable(enough, signal)
  })

  for (const peer of workers)
    if (arrivals.has(peer)) attendance.heard(peer)
    else if (!refused.has(peer)) attendance.missed(peer)
  return {
    arrivals: workers.flatMap((peer) => {
      const arrival = arrivals.get(peer)
      return arrival === undefined ? [] : [[peer, arrival] as const]
    }),
    refused: workers.filter((peer) => refused.has(peer)),
  }
}
