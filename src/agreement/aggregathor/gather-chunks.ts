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
  const { from: workers, deadlineMs, attendance, least, onWaiting } = options
  const intake = new Intake(mesh, options)
  let present: ReadonlySet<PeerId> = new Set(workers)
  let isOver = false
  const isWaitedFor = (peer: PeerId) =>
    intake.isIncomplete(peer) && present.has(peer) && attendance.isWaitedFor(peer)

  await scoped(options.signal, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    /** Looks whether what happened is enough. Nothing is taken in once it is. */
    const look = (isLate = false) => {
      isOver = intake.heard >= least && (isLate || !workers.some(isWaitedFor))
      if (isOver) resolve()
      else onWaiting(workers.filter(isWaitedFor), isLate)
    }
    const deliveries = async () => {
      for await (const delivery of mesh.listen(chunkTags(step), { signal })) {
        if (isOver) return
        if (intake.take(delivery)) look()
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
      if (intake.take({ from: peer, tag, payload })) look()
    }
    const deadlines = async () => {
      for (const asked = new Set<PeerId>(); ; ) {
        await mesh.clock.sleep(deadlineMs, { signal })
        if (isOver || signal.aborted) return
        look(true)
        if (isOver) return
        for (const peer of workers.filter((peer) => intake.isSilent(peer))) {
          if (!asked.has(peer)) askForFirst(peer).catch(reject)
          asked.add(peer)
        }
      }
    }
    for (const source of [deliveries(), presence(), deadlines()]) source.catch(reject)
    await abortable(enough, signal)
  })

  const gathered = intake.gathered()
  for (const [peer] of gathered.arrivals) attendance.heard(peer)
  for (const peer of workers) if (intake.isSilent(peer)) attendance.missed(peer)
  return gathered
}

/** What has come of each worker, and who said what no honest one says. */
class Intake {
  readonly #mesh: Mesh
  readonly #chunking: Chunking
  readonly #workers: readonly PeerId[]
  readonly #isWorker: ReadonlySet<PeerId>
  readonly #arrivals = new Map<PeerId, Arrival>()
  readonly #refused = new Set<PeerId>()

  constructor(mesh: Mesh, { chunking, from }: Pick<GatherOptions, 'chunking' | 'from'>) {
    this.#mesh = mesh
    this.#chunking = chunking
    this.#workers = from
    this.#isWorker = new Set(from)
  }

  /** Workers that said a chunk, and none that no honest worker says. */
  get heard(): number {
    return this.#arrivals.size
  }

  isSilent(peer: PeerId): boolean {
    return !this.#arrivals.has(peer) && !this.#refused.has(peer)
  }

  isIncomplete(peer: PeerId): boolean {
    return !this.#refused.has(peer) && this.#arrivals.get(peer)?.isWhole !== true
  }

  /** Returns whether it may be enough now: thousands of chunks come between two that change that. */
  take({ from, tag, payload }: Delivery): boolean {
    if (!this.#isWorker.has(from)) this.#mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
    if (!this.#isWorker.has(from) || this.#refused.has(from)) return false
    const { part = 0 } = tag
    const range = rangeOf(this.#chunking, part)
    const decoded = f32(range.to - range.from).decode(payload)
    if ('fault' in decoded) {
      this.#refused.add(from)
      this.#arrivals.delete(from)
      this.#mesh.blame({ peer: from, kind: decoded.fault, tag })
      return true
    }
    const arrival = this.#arrivals.get(from) ?? new Arrival(this.#chunking)
    this.#arrivals.set(from, arrival)
    arrival.take(part, decoded.value)
    return arrival.count === 1 || arrival.isWhole
  }

  gathered(): GatheredChunks {
    return {
      arrivals: this.#workers.flatMap((peer) => {
        const arrival = this.#arrivals.get(peer)
        return arrival === undefined ? [] : [[peer, arrival] as const]
      }),
      refused: this.#workers.filter((peer) => this.#refused.has(peer)),
    }
  }
}
