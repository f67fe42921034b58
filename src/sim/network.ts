/** The links between simulated members: who reaches whom, how long it takes, and a trace of what arrived. */
import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import { type Random, seededRandom } from '../util/prng.ts'
import { abortable } from '../util/signal.ts'
import type { Latency, Publication, SimMesh } from './sim-mesh.ts'
import type { VirtualClock } from './virtual-clock.ts'

export class Network {
  readonly #clock: VirtualClock
  readonly #latency: Latency
  readonly #seed: number
  readonly #meshes = new Map<PeerId, SimMesh>()
  readonly #chance = new Map<string, Random>()
  readonly #cut = new Set<string>()
  readonly #sent = new WeakMap<Publication, Set<PeerId>>()
  /** One line a delivery, in order. Two runs with the same seed have the same trace. */
  readonly trace: string[] = []

  constructor(clock: VirtualClock, latency: Latency, seed: number) {
    this.#clock = clock
    this.#latency = latency
    this.#seed = seed
  }

  join(mesh: SimMesh): void {
    this.#meshes.set(mesh.self, mesh)
  }

  /** On a broken link nothing is sent; what was missed is made up for when it is mended. */
  send(via: PeerId, to: PeerId, publication: Publication): void {
    if (this.#cut.has(link(via, to))) return
    const sent = this.#sent.get(publication) ?? new Set<PeerId>()
    this.#sent.set(publication, sent.add(to))
    this.#clock.after(this.#delay(via, to), () => {
      if (this.#cut.has(link(via, to))) return void sent.delete(to)
      this.#note(via, to, publication)
      this.#meshes.get(to)?.receive(via, publication)
    })
  }

  /** Whether the publication is on its way to `peer` or there, so that passing it on would be a waste. */
  wasSentTo(publication: Publication, peer: PeerId): boolean {
    return this.#sent.get(publication)?.has(peer) ?? false
  }

  /** A question and its answer: one delay each way; waits while the link is broken. */
  async ask(asker: PeerId, peer: PeerId, tag: Tag, signal: AbortSignal): Promise<Publication> {
    const answerer = this.#meshes.get(peer)
    if (answerer === undefined) return new Promise(() => {})
    await this.#cross(asker, peer, signal)
    const publication = await answerer.answer(asker, tag, signal)
    await this.#cross(peer, asker, signal)
    this.#note(peer, asker, publication)
    return publication
  }

  reachableFrom(self: PeerId): ReadonlySet<PeerId> {
    return new Set([...this.#meshes.keys()].filter((peer) => !this.#cut.has(link(self, peer))))
  }

  disconnect(a: PeerId, b: PeerId): void {
    this.#cut.add(link(a, b))
    for (const peer of [a, b]) this.#meshes.get(peer)?.presenceChanged()
  }

  connect(a: PeerId, b: PeerId): void {
    if (!this.#cut.delete(link(a, b))) return
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      this.#meshes.get(one)?.presenceChanged()
      for (const publication of this.#meshes.get(one)?.missedBy(other) ?? [])
        this.send(one, other, publication)
    }
  }

  async #cross(from: PeerId, to: PeerId, signal: AbortSignal): Promise<void> {
    for await (const present of this.#meshes.get(from)?.presence({ signal }) ?? []) if (present.has(to)) break
    signal.throwIfAborted()
    const arrived = new Promise<void>((resolve) => this.#clock.after(this.#delay(from, to), resolve))
    await abortable(arrived, signal)
  }

  #delay(from: PeerId, to: PeerId): Milliseconds {
    const key = `${from}>${to}`
    const random = this.#chance.get(key) ?? seededRandom(this.#seed, 'link', from, to)
    this.#chance.set(key, random)
    return this.#latency(random)
  }

  #note(via: PeerId, to: PeerId, { from, tag, identity }: Publication): void {
    this.trace.push(`${this.#clock.now().toFixed(3)} ${via}>${to} ${from} ${formatTag(tag)} ${identity}`)
  }
}

function link(a: PeerId, b: PeerId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
