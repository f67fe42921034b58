/** Asking a member, for as long as it takes: over a new stream whenever the last one ended without an answer. */
import type { Fault } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Tag } from '../mesh/tag.ts'
import { abortable } from '../util/signal.ts'
import { firstPauseMs, lastPauseMs, maxOpenRequests, type WireLimits } from './limits.ts'
import type { Links } from './links.ts'
import type { Presence } from './presence.ts'
import { ask } from './pull-client.ts'
import type { Reception } from './reception.ts'
import { Turnstile } from './turnstile.ts'

export interface QuestionsOptions {
  readonly links: Links
  readonly presence: Presence
  readonly reception: Reception
  readonly limits: WireLimits
  readonly blame: (fault: Fault) => void
}

export class Questions {
  readonly #options: QuestionsOptions
  readonly #turnstile = new Turnstile(maxOpenRequests)

  constructor(options: QuestionsOptions) {
    this.#options = options
  }

  /** What `peer` says or offers under `tag`. Rejects with the reason of `signal` when that aborts. */
  async ask(peer: PeerId, tag: Tag, signal: AbortSignal): Promise<Uint8Array> {
    const { presence, reception } = this.#options
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, lastPauseMs)) {
      const announcement = await this.#turnstile.through(peer, () => this.#askOnce(peer, tag, signal))
      signal.throwIfAborted()
      if (announcement !== undefined) {
        const payload = await abortable(reception.answer(announcement, peer, tag, signal), signal)
        if (payload !== undefined) return payload
      }
      await presence.pause(pauseMs, signal)
      signal.throwIfAborted()
    }
  }

  async #askOnce(peer: PeerId, tag: Tag, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { links, limits, blame } = this.#options
    if (signal.aborted) return undefined
    const stream = await links.open(peer, 'pull', limits.stallMs)
    if (stream === undefined) return undefined
    const outcome = await ask(stream, { kind: 'ask', origin: peer, tag }, signal)
    if (outcome.end === 'fault') blame({ peer, kind: outcome.kind, tag })
    return outcome.end === 'done' ? outcome.value : undefined
  }
}
