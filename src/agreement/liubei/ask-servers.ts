/** Servers' models, asked for: one after the other, or those of all. */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Gathered } from '../../mesh/collect.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { Channel } from '../../util/channel.ts'
import { abortable, scoped } from '../../util/signal.ts'

export interface AskingOptions {
  readonly dimension: number
  /** After so long without an answer the next server is asked besides. */
  readonly deadlineMs: Milliseconds
  /** After so long in all nobody is waited for any more: servers have had the time that they may take, and are ahead or gone. */
  readonly patienceMs: Milliseconds
  readonly attendance: Attendance
  readonly signal: AbortSignal
}

export interface Answer {
  readonly server: PeerId
  /** Undefined where what the server has is no model: it is blamed. */
  readonly theta: Float32Array | undefined
}

/**
 * Asks one server, another one whenever more answers are wanted, and another one besides whenever nobody has answered for
 * `deadlineMs`: who is silent delays by that, and honest servers that are not so far yet are given the time that they need.
 */
export class Asking {
  readonly #mesh: Mesh
  readonly #tag: Tag
  readonly #options: AskingOptions
  readonly #endsAt: Milliseconds
  readonly #over = new AbortController()
  readonly #left: PeerId[]
  readonly #askedAt = new Map<PeerId, Milliseconds>()
  readonly #open = new Set<PeerId>()
  readonly #answers = new Channel<{ readonly server: PeerId; readonly payload: Uint8Array }>()

  /** @param order of the servers, at least one */
  constructor(mesh: Mesh, tag: Tag, order: readonly PeerId[], options: AskingOptions) {
    this.#mesh = mesh
    this.#tag = tag
    this.#options = options
    this.#endsAt = mesh.clock.now() + options.patienceMs
    this.#left = [...order]
  }

  /** How many servers have been asked. */
  get asked(): number {
    return this.#askedAt.size
  }

  /** The next answer, whosever it is; undefined where none comes any more in time. Rejects when the signal aborts. */
  async next(): Promise<Answer | undefined> {
    const { deadlineMs, signal: parent } = this.#options
    const answer = this.#answers.next()
    this.#ask()
    while (this.#mesh.clock.now() < this.#endsAt) {
      const first = await scoped(parent, (signal) =>
        abortable(Promise.race([answer, this.#mesh.clock.sleep(deadlineMs, { signal })]), signal),
      )
      if (first?.value !== undefined) return this.#take(first.value)
      this.#ask()
    }
    return undefined
  }

  /** Takes back what has not been answered. */
  close(): void {
    this.#over.abort(new DOMException('no longer needed', 'AbortError'))
  }

  #ask(): void {
    const server = this.#left.shift()
    if (server === undefined) return
    this.#askedAt.set(server, this.#mesh.clock.now())
    this.#open.add(server)
    const signal = AbortSignal.any([this.#options.signal, this.#over.signal])
    this.#mesh.ask(server, this.#tag, { signal }).then(
      (payload) => this.#answers.push({ server, payload }),
      () => {},
    )
  }

  #take({ server, payload }: { readonly server: PeerId; readonly payload: Uint8Array }): Answer {
    const { dimension, deadlineMs, attendance } = this.#options
    this.#open.delete(server)
    attendance.heard(server)
    // Its model was there when it was asked, so those who were asked before could have answered.
    const since = this.#askedAt.get(server) ?? 0
    if (this.#mesh.clock.now() - since < deadlineMs)
      for (const silent of this.#open)
        if ((this.#askedAt.get(silent) ?? 0) < since) {
          this.#open.delete(silent)
          attendance.missed(silent)
        }
    return { server, theta: modelIn(this.#mesh, server, this.#tag, dimension, payload) }
  }
}

export interface AskAllOptions {
  /** In the order of the members. */
  readonly servers: readonly PeerId[]
  /** Those that are here already. */
  readonly known: ReadonlyMap<PeerId, Float32Array>
  readonly least: number
  readonly dimension: number
  readonly deadlineMs: Milliseconds
  readonly signal: AbortSignal
}

/** The first `least` of them, or fewer, where they are not there by the deadline. */
export async function askAll(
  mesh: Mesh,
  tag: Tag,
  { servers, known, least, dimension, deadlineMs, signal: parent }: AskAllOptions,
): Promise<Gathered<Float32Array>> {
  const models = new Map(known)
  const refused = new Set<PeerId>()
  await scoped(parent, async (signal) => {
    const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
    const look = () => models.size >= least && resolve()
    const ask = async (server: PeerId) => {
      const payload = await mesh.ask(server, tag, { signal })
      if (signal.aborted) return
      const model = modelIn(mesh, server, tag, dimension, payload)
      if (model === undefined) refused.add(server)
      else models.set(server, model)
      look()
    }
    look()
    for (const server of servers) if (!models.has(server)) ask(server).catch(reject)
    await abortable(Promise.race([enough, mesh.clock.sleep(deadlineMs, { signal })]), signal)
  })
  return {
    heard: servers.flatMap((peer) => {
      const value = models.get(peer)
      return value === undefined ? [] : [{ peer, value }]
    }),
    missing: servers.filter((peer) => !models.has(peer)),
    refused: servers.filter((peer) => refused.has(peer)),
  }
}

/** A copy: it outlives the step in which it came. */
function modelIn(
  mesh: Mesh,
  server: PeerId,
  tag: Tag,
  dimension: number,
  payload: Uint8Array,
): Float32Array | undefined {
  const decoded = f32(dimension).decode(payload)
  if ('value' in decoded) return decoded.value.slice()
  mesh.blame({ peer: server, kind: decoded.fault, tag })
  return undefined
}
