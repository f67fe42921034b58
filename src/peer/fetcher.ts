/** Fetches announced payloads over the links there are, for as long as their step is of interest. */
import { setMaxListeners } from 'node:events'
import type { Envelope } from '../gossip/envelope.ts'
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault, FaultKind } from '../mesh/fault.ts'
import type { Describe, PeerId, Step } from '../mesh/mesh.ts'
import type { Random } from '../util/prng.ts'
import { permutation } from '../util/prng.ts'
import { fetchPayload } from './fetch.ts'
import { maxOpenRequests, type WireLimits } from './limits.ts'
import type { Links } from './links.ts'
import type { StepMemory } from './payload-memory.ts'
import type { Presence } from './presence.ts'
import { type Outcome, pull } from './pull-client.ts'
import type { TransferClock } from './traffic.ts'
import { type Payload, Transfer } from './transfer.ts'
import { Turnstile } from './turnstile.ts'

export interface FetcherOptions {
  readonly self: PeerId
  readonly links: Links
  readonly presence: Presence
  readonly describe: Describe
  readonly random: Random
  readonly limits: WireLimits
  readonly transfers: TransferClock
  readonly memory: StepMemory
  readonly blame: (fault: Fault) => void
}

export class Fetcher {
  readonly #options: FetcherOptions
  readonly #turnstile = new Turnstile(maxOpenRequests)
  readonly #steps = new Map<Step, AbortController>()
  /** How often a server stalled since it last served something to the end. */
  readonly #stalls = new Map<PeerId, number>()
  #isClosed = false

  constructor(options: FetcherOptions) {
    this.#options = options
  }

  /** Rejects when the step of the envelope is forgotten, the mesh closes, or `signal` aborts. */
  async fetch(envelope: Envelope, announcer: PeerId, signal?: AbortSignal): Promise<Payload> {
    const ofStep = this.#signalOf(envelope.tag.step)
    const until = signal === undefined ? ofStep : AbortSignal.any([ofStep, signal])
    const { limits, presence, transfers, memory } = this.#options
    const { step } = envelope.tag
    const place = {
      take: (byteLength: number) => memory.take(step, byteLength),
      isForgotten: () => memory.isForgotten(step),
    }
    return fetchPayload(new Transfer(envelope, place), {
      limits,
      servers: () => this.#servers(envelope, announcer),
      pull: (server, transfer, patienceMs, signal) =>
        this.#turnstile.through(server, () =>
          transfers.during(this.#pull(server, transfer, patienceMs, signal)),
        ),
      onFault: (server, kind) => this.#blame(envelope, server, kind),
      onStalled: (server) => void this.#blameIfThere(envelope, server),
      pause: (ms) => presence.pause(ms, until),
      signal: until,
    })
  }

  /** Gives up whatever belongs to steps before `step`. */
  forgetBefore(step: Step): void {
    for (const [old, controller] of this.#steps) {
      if (old >= step) continue
      this.#steps.delete(old)
      controller.abort(new Error('its step is over'))
    }
    this.#options.memory.forgetBefore(step)
  }

  close(): void {
    this.#isClosed = true
    this.forgetBefore(Number.POSITIVE_INFINITY)
  }

  async #pull(
    server: PeerId,
    transfer: Transfer,
    patienceMs: Milliseconds,
    signal: AbortSignal,
  ): Promise<Outcome<void>> {
    const { links, limits } = this.#options
    const stream = await links.open(server, 'pull', limits.stallMs)
    if (stream === undefined) return { end: 'nothing' }
    const outcome = await pull(stream, transfer, { limits, patienceMs, signal })
    if (outcome.end === 'done') this.#stalls.delete(server)
    return outcome
  }

  /** The origin, who passed the announcement on, and, where it is for all, the others in a random order. */
  #servers({ from, tag }: Envelope, announcer: PeerId): readonly PeerId[] {
    const { self, presence, describe, random } = this.#options
    const { present } = presence
    const isForAll = describe(tag)?.audience === 'all'
    const others = [...present]
    const shuffled = [...permutation(others.length, random)].map((i) => others[i] ?? from)
    const candidates = new Set(isForAll ? [from, announcer, ...shuffled] : [from])
    return [...candidates].filter((peer) => peer !== self && present.has(peer))
  }

  /**
   * A peer that is away, hangs or is short of breath stalls too. It is at fault only where it does so twice in a row and
   * still answers otherwise.
   */
  async #blameIfThere(envelope: Envelope, server: PeerId): Promise<void> {
    const { links, limits } = this.#options
    const stalls = (this.#stalls.get(server) ?? 0) + 1
    this.#stalls.set(server, stalls)
    if (stalls > 1 && (await links.isAnswering(server, limits.stallMs)))
      this.#blame(envelope, server, 'PULL_STALLED')
  }

  #blame({ from, tag }: Envelope, server: PeerId, kind: FaultKind): void {
    // A relay announced nothing itself: a list of hashes that does not fit is its breach of the pull protocol.
    const isRelay = kind === 'GOSSIP_DIGEST_MISMATCH' && server !== from
    this.#options.blame({ peer: server, kind: isRelay ? 'PULL_BAD_FRAME' : kind, tag })
  }

  #signalOf(step: Step): AbortSignal {
    const controller = this.#steps.get(step) ?? new AbortController()
    this.#steps.set(step, controller)
    // One listener for each pull of the step: as many as members and tags, not a leak.
    setMaxListeners(0, controller.signal)
    if (this.#isClosed) controller.abort(new Error('the mesh is closed'))
    return controller.signal
  }
}
