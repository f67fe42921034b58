/**
 * One origin's broadcast as one member sees it: what it heard, who echoed and who is ready, and what follows from that. It says
 * nothing itself (reliable-broadcast.ts does), and is forgotten as soon as the payload is delivered.
 */
import type { PeerId } from '../mesh/mesh.ts'

/** How many words of one digest it takes: to be ready, to be ready because others are, and to deliver. */
export interface Thresholds {
  readonly echoes: number
  readonly amplify: number
  readonly decide: number
}

export function thresholds(n: number, f: number): Thresholds {
  return { echoes: Math.floor((n + f) / 2) + 1, amplify: f + 1, decide: 2 * f + 1 }
}

/** A payload and its digest. */
export interface Heard {
  readonly digest: string
  readonly payload: Uint8Array
}

/** What a member says about an origin's payload. */
export type Word = 'echo' | 'ready'

export class BroadcastInstance {
  readonly #thresholds: Thresholds
  /** Who said so, by digest. */
  readonly #votes: Readonly<Record<Word, Map<string, Set<PeerId>>>> = { echo: new Map(), ready: new Map() }
  #heard: Heard | undefined
  #isReady = false
  #isFetched = false
  #decided: string | undefined

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds
  }

  /** Takes what came from the origin itself. The mesh delivers its first payload alone. */
  hear(heard: Heard): void {
    this.#heard = heard
  }

  /** Counts a word. The mesh delivers the first word of each member alone, so nobody counts twice. */
  count(word: Word, digest: string, from: PeerId): void {
    const votes = this.#votes[word]
    votes.set(digest, (votes.get(digest) ?? new Set()).add(from))
    if (this.#of('ready', digest) >= this.#thresholds.decide) this.#decided = digest
  }

  /** Whether READY is to be said of `digest` now, which is once: enough have echoed it, or an honest member is ready. */
  takeReady(digest: string): boolean {
    const { echoes, amplify } = this.#thresholds
    const isDue = this.#of('echo', digest) >= echoes || this.#of('ready', digest) >= amplify
    if (this.#isReady || !isDue) return false
    this.#isReady = true
    return true
  }

  /** The payload to deliver, once it is decided and was heard. */
  get payload(): Uint8Array | undefined {
    return this.#heard !== undefined && this.#heard.digest === this.#decided ? this.#heard.payload : undefined
  }

  /** What is decided and must be had from others, once: who has it, and whether the origin told something else. */
  takeMissing(): Missing | undefined {
    const digest = this.#decided
    if (digest === undefined || this.#isFetched || this.payload !== undefined) return undefined
    this.#isFetched = true
    const holders = this.#votes.echo.get(digest) ?? new Set<PeerId>()
    return { digest, holders, isUrgent: this.#heard !== undefined }
  }

  #of(word: Word, digest: string): number {
    return this.#votes[word].get(digest)?.size ?? 0
  }
}

export interface Missing {
  readonly digest: string
  readonly holders: ReadonlySet<PeerId>
  /** False while the payload may still come by itself. */
  readonly isUrgent: boolean
}
