/** The mesh's topic on gossipsub: what comes is judged before it is passed on; what is said goes to all who are in it. */
import { type SubscriptionChangeData, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { Effects } from '../gossip/verdict.ts'
import { topicOf } from '../gossip/wire.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Host } from './host.ts'

export interface GossipLinkOptions {
  readonly host: Host
  readonly rosterDigest: Uint8Array
  /** Judges an announcement that `by` brought. */
  readonly take: (announcement: Uint8Array, by: PeerId) => Effects['gossip']
  /** Told when a peer has joined the topic: its mesh is there now. */
  readonly onJoined: (peer: PeerId) => void
}

const results = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Effects['gossip'], TopicValidatorResult>

export class GossipLink {
  readonly #host: Host
  readonly #topic: string
  readonly #onJoined: (peer: PeerId) => void

  constructor({ host, rosterDigest, take, onJoined }: GossipLinkOptions) {
    this.#host = host
    this.#topic = topicOf(rosterDigest)
    this.#onJoined = onJoined
    const { gossip } = host.node.services
    host.openTopics.add(this.#topic)
    gossip.topicValidators.set(this.#topic, (by, message) => results[take(message.data, by.toString())])
    gossip.addEventListener('subscription-change', this.#onSubscriptions)
    gossip.subscribe(this.#topic)
  }

  /** Says an announcement to all who are in the topic; resolves to those whom it was sent to. */
  async announce(announcement: Uint8Array): Promise<ReadonlySet<PeerId>> {
    const { recipients } = await this.#host.node.services.gossip.publish(this.#topic, announcement)
    return new Set(recipients.map((peer) => peer.toString()))
  }

  close(): void {
    const { gossip } = this.#host.node.services
    gossip.removeEventListener('subscription-change', this.#onSubscriptions)
    gossip.topicValidators.delete(this.#topic)
    this.#host.openTopics.delete(this.#topic)
    gossip.unsubscribe(this.#topic)
  }

  readonly #onSubscriptions = ({ detail }: CustomEvent<SubscriptionChangeData>): void => {
    const joined = detail.subscriptions.some(({ topic, subscribe }) => topic === this.#topic && subscribe)
    if (joined) this.#onJoined(detail.peerId.toString())
  }
}
