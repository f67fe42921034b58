/** The server's half of an exchange: what the workers answer under one tag, until it is enough. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { abortable, scoped } from '../../util/signal.ts'

export interface GatherOptions {
  /** In the order that gives them their positions. */
  readonly workers: readonly PeerId[]
  /** After this, counted from the call, `isEnough` is told that it is late. */
  readonly deadlineMs: Milliseconds
  /** Given each worker's answer, the first and only one, by position. */
  readonly take: (worker: number, payload: Uint8Array) => void
  /** Looked at after everything that happens. `silent` are the connected workers that have not answered, by position. */
  readonly isEnough: (silent: readonly number[], isLate: boolean) => boolean
  readonly onWaiting?: ((silent: readonly PeerId[], isLate: boolean) => void) | undefined
  readonly signal: AbortSignal
}

/** Blames whoever answers and is no worker. Rejects when `signal` aborts. */
export async function gather(mesh: Mesh, tag: Tag, options: GatherOptions): Promise<void> {
  const { workers, deadlineMs, take, isEnough, onWaiting } = options
  const positions = new Map(workers.map((peer, position) => [peer, position]))
  const answered = new Set<number>()
  let present: ReadonlySet<PeerId> = new Set(workers)
  let isLate = false

  await scoped(options.signal, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    let isOver = false
    const look = () => {
      const silent = [...workers.keys()].filter((i) => !answered.has(i) && present.has(workers[i] ?? ''))
      isOver = isEnough(silent, isLate)
      if (isOver) resolve()
      else
        onWaiting?.(
          silent.map((i) => workers[i] ?? ''),
          isLate,
        )
    }
    const answers = async () => {
      for await (const { from, payload } of mesh.listen(tag, { signal })) {
        if (isOver) return
        const worker = positions.get(from)
        if (worker === undefined) {
          mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
          continue
        }
        answered.add(worker)
        take(worker, payload)
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
    const deadline = async () => {
      await mesh.clock.sleep(deadlineMs, { signal })
      if (signal.aborted || isOver) return
      isLate = true
      look()
    }
    for (const source of [answers(), presence(), deadline()]) source.catch(reject)
    await abortable(enough, signal)
  })
}
