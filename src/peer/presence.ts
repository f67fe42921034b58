/** Presence: which members are connected now, and who comes and goes. */
import type { Connection } from '@libp2p/interface'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Member, PeerId } from '../mesh/mesh.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import type { Host } from './host.ts'

export class Presence {
  readonly #host: Host
  readonly #members: ReadonlySet<PeerId>
  readonly #onLink: (peer: PeerId) => void
  readonly #watchers = new Set<Channel<ReadonlySet<PeerId>>>()
  readonly #sleepers = new Set<() => void>()
  #present: ReadonlySet<PeerId>

  /** `onLink` is told of every member one of whose connections has just opened or closed while another one stands. */
  constructor(host: Host, members: readonly Member[], onLink: (peer: PeerId) => void) {
    this.#host = host
    this.#members = new Set(members.map(({ peer }) => peer))
    this.#onLink = onLink
    this.#present = this.#connected()
    host.node.addEventListener('connection:open', this.#onChange)
    host.node.addEventListener('connection:close', this.#onChange)
  }

  /** Members that are connected, self included. */
  get present(): ReadonlySet<PeerId> {
    return this.#present
  }

  async *watch(signal: AbortSignal): AsyncGenerator<ReadonlySet<PeerId>, void> {
    const channel = new Channel<ReadonlySet<PeerId>>()
    channel.push(this.#present)
    this.#watchers.add(channel)
    yield* untilAborted(channel, signal, () => this.#watchers.delete(channel))
  }

  /** Resolves after `ms`, when somebody arrives, or when `signal` aborts: whichever comes first. */
  async pause(ms: Milliseconds, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    const wake = () => resolve()
    this.#sleepers.add(wake)
    signal.addEventListener('abort', wake, { once: true })
    await promise
    clearTimeout(timer)
    this.#sleepers.delete(wake)
    signal.removeEventListener('abort', wake)
  }

  close(): void {
    this.#host.node.removeEventListener('connection:open', this.#onChange)
    this.#host.node.removeEventListener('connection:close', this.#onChange)
  }

  readonly #onChange = ({ detail }: CustomEvent<Connection>): void => {
    const peer: PeerId = detail.remotePeer.toString()
    if (!this.#members.has(peer)) return
    const before = this.#present
    const now = this.#connected()
    this.#present = now
    if (before.has(peer) !== now.has(peer)) {
      for (const channel of this.#watchers) channel.push(now)
      if (now.has(peer)) for (const wake of this.#sleepers) wake()
    }
    if (now.has(peer)) this.#onLink(peer)
  }

  #connected(): ReadonlySet<PeerId> {
    const open = this.#host.node.getConnections().filter(({ status }) => status === 'open')
    const peers = open
      .map(({ remotePeer }) => remotePeer.toString())
      .filter((peer) => this.#members.has(peer))
    return new Set([this.#host.self, ...peers])
  }
}
