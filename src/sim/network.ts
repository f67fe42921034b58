/**
 * The network between simulated members: it carries what they say, breaks and mends connections, and sees to the third duty
 * of a mesh (mesh/mesh.ts): what is for all reaches everyone who is connected.
 *
 * Whoever hears what is for all passes it on. Here that means: to those whom it has not reached and will not surely reach
 * otherwise (reach.ts), so in a swarm in which everyone says everything to all, nothing is passed on and nothing is looked up.
 */
import type { Member, PeerId, Step } from '../mesh/mesh.ts'
import { formatTag, type Tag } from '../mesh/tag.ts'
import { abortable } from '../util/signal.ts'
import { keyOf } from './chance.ts'
import { Connections } from './connections.ts'
import type { Cargo, Line } from './line.ts'
import { type Publication, Publications } from './publications.ts'
import type { SimMesh } from './sim-mesh.ts'
import type { Trace } from './trace.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface NetworkOptions {
  readonly members: readonly Member[]
  readonly seed: number
  readonly line: Line
  readonly trace: Trace
  readonly clock: Pick<VirtualClock, 'atEndOfInstant'>
  /** Steps that the members' windows may span: what is older is forgotten. */
  readonly window: Step
}

export class Network {
  readonly trace: Trace
  readonly publications: Publications
  readonly #seed: number
  readonly #line: Line
  readonly #clock: NetworkOptions['clock']
  /** What arrived at this instant, by receiver. */
  readonly #arrived = new Map<number, Publication[]>()
  readonly #window: Step
  readonly #positions: ReadonlyMap<PeerId, number>
  readonly #connections: Connections
  readonly #meshes: (SimMesh | undefined)[]
  readonly #deaf = new Set<number>()
  readonly #everyoneBut: (readonly number[])[] = []
  readonly #taps = new Set<(publication: Publication) => void>()
  #newestStep: Step = 0
  /** What was asked last: mostly a thousand members ask the same. */
  #asked: { readonly tagText: string; readonly key: number } | undefined

  constructor({ members, seed, line, trace, clock, window }: NetworkOptions) {
    const peers = members.map(({ peer }) => peer)
    this.trace = trace
    this.publications = new Publications(seed, members.length)
    this.#seed = seed
    this.#line = line
    this.#clock = clock
    this.#window = window
    this.#positions = new Map(peers.map((peer, i) => [peer, i]))
    this.#connections = new Connections(peers)
    this.#meshes = peers.map(() => undefined)
  }

  /** The member at `position` is there, for the first time or as a new process. */
  join(position: number, mesh: SimMesh): void {
    this.#meshes[position] = mesh
    if (!this.#connections.isGone(position)) return
    this.#connections.setGone(position, false)
    this.#tellPresence(this.#meshes.keys())
    for (const other of this.#everyOther(position)) this.#catchUp(other, position)
  }

  /** Its process is gone, and with it all that it had heard. What it had sent is still on its way. */
  crash(position: number): void {
    this.#meshes[position] = undefined
    this.#connections.setGone(position, true)
    for (const { origin, reach } of this.publications) if (origin !== position) reach.delete(position)
    this.#tellPresence(this.#meshes.keys())
  }

  positionOf(peer: PeerId): number | undefined {
    return this.#positions.get(peer)
  }

  /** Carries nothing to this member any more: for a liar that runs no protocol. It counts as reached. */
  deafen(position: number): void {
    this.#deaf.add(position)
    this.#everyoneBut.length = 0
  }

  /** Calls `hear` with everything that a member says, at once, until the returned function is called. */
  tap(hear: (publication: Publication) => void): () => void {
    this.#taps.add(hear)
    return () => this.#taps.delete(hear)
  }

  /** A member says what is new: to `to`, or to all others. */
  say(publication: Publication, to?: readonly PeerId[]): void {
    const { origin, reach } = publication
    for (const hear of this.#taps) hear(publication)
    let receivers = to === undefined ? this.#listeners(origin) : this.#addressed(origin, to)
    if (!this.#connections.areAllUp)
      receivers = receivers.filter((receiver) => this.#connections.isUp(origin, receiver))
    if (to === undefined && this.#connections.areAllUp) reach.addAll()
    else for (const reached of [...receivers, ...this.#deaf]) reach.add(reached)
    const arrive = (receiver: number) => this.#arrive(origin, receiver, publication)
    this.#line.carryToMany(origin, receivers, publication, arrive)
  }

  /** Duty 3. */
  passOn(via: number, publication: Publication): void {
    for (const to of publication.reach.missing()) if (to !== via) this.#send(via, to, publication)
  }

  /** A question of `asking`, and its answer, one way after the other; each waits while the connection is broken. */
  ask(asking: SimMesh, peer: PeerId, tag: Tag, signal: AbortSignal): Promise<Publication> {
    const asker = this.#positions.get(asking.self)
    const answerer = this.#positions.get(peer)
    const isKnown = asker !== undefined && answerer !== undefined
    const answered = isKnown ? this.#answered(asking, asker, answerer, tag, signal) : never()
    // One listener for the whole way: to add one and to take it off costs more than all the rest.
    return abortable(answered, signal)
  }

  async #answered(
    asking: SimMesh,
    asker: number,
    answerer: number,
    tag: Tag,
    signal: AbortSignal,
  ): Promise<Publication> {
    const from = asking.self
    await this.#cross(asking, asker, answerer, this.#question(from, formatTag(tag)), signal)
    const answering = this.#meshes[answerer]
    const answer = await answering?.answer(from, tag, signal)
    // It crashed meanwhile.
    if (answering === undefined || answer === undefined) return never()
    const { key, byteLength, tagText } = answer
    const cargo = { key, byteLength, lossy: false, from: answer.from, tagText }
    await this.#cross(answering, answerer, asker, cargo, signal)
    if (this.#meshes[asker] !== asking) return never()
    this.trace.note(answerer, asker, answer)
    return answer
  }

  #question(from: PeerId, tagText: string): Cargo {
    if (this.#asked?.tagText !== tagText)
      this.#asked = { tagText, key: keyOf(this.#seed, 'question', tagText) }
    return { key: this.#asked.key, byteLength: 0, lossy: false, from, tagText }
  }

  reachableFrom(position: number): ReadonlySet<PeerId> {
    return this.#connections.reachableFrom(position)
  }

  disconnect(a: PeerId, b: PeerId): void {
    const [one, other] = this.#pair(a, b)
    if (this.#connections.break(one, other)) this.#tellPresence([one, other])
  }

  connect(a: PeerId, b: PeerId): void {
    const [one, other] = this.#pair(a, b)
    if (this.#connections.mend(one, other)) this.#mended([[one, other]])
  }

  /** Keeps the members of different sides apart, until the returned function is called; who is on no side reaches all. */
  partition(sides: readonly (readonly number[])[]): () => void {
    const pairs = sides.flatMap((side, i) =>
      sides.slice(i + 1).flatMap((others) => side.flatMap((a) => others.map((b) => [a, b] as const))),
    )
    const parted = pairs.filter(([a, b]) => this.#connections.part(a, b))
    this.#tellPresence(new Set(parted.flat()))
    return () => this.#mended(pairs.filter(([a, b]) => this.#connections.join(a, b)))
  }

  /** A member works on `step`. What is so old that no member that can still keep up would take it is forgotten. */
  advanced(step: Step): void {
    if (step <= this.#newestStep) return
    this.#newestStep = step
    this.publications.forgetBefore(step - 2 * this.#window)
  }

  #send(via: number, to: number, publication: Publication): void {
    if (!this.#connections.isUp(via, to)) return
    publication.reach.add(to)
    if (this.#deaf.has(to)) return
    this.#line.carry(via, to, publication, () => this.#arrive(via, to, publication))
  }

  #arrive(via: number, to: number, publication: Publication): void {
    const mesh = this.#meshes[to]
    if (mesh === undefined || !this.#connections.isUp(via, to)) {
      this.#lost(to, publication)
      return
    }
    this.trace.note(via, to, publication)
    if (this.#arrived.size === 0) this.#clock.atEndOfInstant(() => this.#handOver())
    const waiting = this.#arrived.get(to)
    if (waiting === undefined) this.#arrived.set(to, [publication])
    else waiting.push(publication)
  }

  /** Receiver by receiver: what a thousand inboxes take in turns comes from memory that is not at hand. */
  #handOver(): void {
    const arrived = [...this.#arrived]
    this.#arrived.clear()
    for (const [to, publications] of arrived)
      for (const publication of publications) this.#meshes[to]?.receive(publication)
  }

  /** The connection broke while it was on its way: whoever else has what is for all passes it on. */
  #lost(to: number, publication: Publication): void {
    publication.reach.delete(to)
    const other = this.#meshes.findIndex(
      (mesh, i) => i !== to && this.#connections.isUp(i, to) && mesh?.passesOn(publication),
    )
    if (other !== -1 && !this.#connections.isGone(to)) this.#send(other, to, publication)
  }

  #mended(pairs: readonly (readonly [number, number])[]): void {
    this.#tellPresence(new Set(pairs.flat()))
    for (const [one, other] of pairs) {
      this.#catchUp(one, other)
      this.#catchUp(other, one)
    }
  }

  /** Says again to who is back what it may have missed. */
  #catchUp(via: number, to: number): void {
    const missed = this.#meshes[via]?.heldFor(this.#meshes[to]?.self ?? '') ?? []
    for (const publication of missed) if (!publication.reach.has(to)) this.#send(via, to, publication)
  }

  /**
   * What broke on its way sets out again when the connection is back, as long as the process that sent it is there: what is
   * for one alone nobody else has.
   */
  async #cross(sender: SimMesh, via: number, to: number, cargo: Cargo, signal: AbortSignal): Promise<void> {
    do {
      await this.#connected(sender, via, to, signal)
      signal.throwIfAborted()
      if (this.#meshes[via] !== sender) return never()
      await new Promise<void>((resolve) => this.#line.carry(via, to, cargo, resolve))
      signal.throwIfAborted()
    } while (!this.#connections.isUp(via, to))
  }

  async #connected(sender: SimMesh, via: number, to: number, signal: AbortSignal): Promise<void> {
    if (this.#connections.isUp(via, to)) return
    for await (const _ of sender.presence({ signal })) if (this.#connections.isUp(via, to)) return
  }

  #tellPresence(positions: Iterable<number>): void {
    for (const position of positions) this.#meshes[position]?.presenceChanged()
  }

  #pair(a: PeerId, b: PeerId): [number, number] {
    return [this.#positions.get(a) ?? -1, this.#positions.get(b) ?? -1]
  }

  #everyOther(position: number): number[] {
    return [...this.#meshes.keys()].filter((other) => other !== position)
  }

  #addressed(origin: number, peers: readonly PeerId[]): number[] {
    return peers.flatMap((peer) => {
      const position = this.#positions.get(peer)
      return position === undefined || position === origin || this.#deaf.has(position) ? [] : [position]
    })
  }

  #listeners(origin: number): readonly number[] {
    const known = this.#everyoneBut[origin]
    if (known !== undefined) return known
    const listeners = this.#everyOther(origin).filter((other) => !this.#deaf.has(other))
    this.#everyoneBut[origin] = listeners
    return listeners
  }
}

/** What comes of asking who is not there, or not there any more. */
function never(): Promise<never> {
  return new Promise(() => {})
}
