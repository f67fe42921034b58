/**
 * How far the others have come, for a member that goes on with what is there and may be slower than they are.
 *
 * Invariants:
 * 1. The lead is a step that at least one honest member has reached: f + 1 have spoken of it or of a later one.
 * 2. The mesh is told of it as it grows, also while this member is still at work on an older step: or else what the others say
 *    would soon be too far ahead to be taken.
 */
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { TagPattern } from '../../mesh/tag.ts'
import { scoped } from '../../util/signal.ts'

export interface LeadOptions {
  readonly mesh: Mesh
  /** Those who are followed, at most `f` of whom lie. */
  readonly peers: readonly PeerId[]
  readonly f: number
  /** Steps behind the lead whose messages the mesh still keeps. */
  readonly window: Step
}

export class Lead {
  readonly #mesh: Mesh
  readonly #window: Step
  readonly #f: number
  /** The latest step of which each has spoken. */
  readonly #latest: Map<PeerId, Step>
  #step: Step = 0
  #isHeld = false
  #waiting: { readonly step: Step; readonly giveUp: () => void } | undefined

  constructor({ mesh, peers, f, window }: LeadOptions) {
    this.#mesh = mesh
    this.#window = window
    this.#f = f
    this.#latest = new Map(peers.map((peer) => [peer, 0]))
  }

  /** 0 while nobody has said anything. */
  get step(): Step {
    return this.#step
  }

  /** Looks at what they say under `pattern`, until `signal` aborts or the function that is returned is called. */
  follow(pattern: TagPattern, options: { readonly signal: AbortSignal }): () => void {
    const over = new AbortController()
    const signal = AbortSignal.any([options.signal, over.signal])
    const look = async () => {
      for await (const { from, tag } of this.#mesh.listen(pattern, { signal })) {
        if (tag.step > (this.#latest.get(from) ?? tag.step)) this.#latest.set(from, tag.step)
        if (tag.step > this.#step) this.#look()
      }
    }
    look().catch(() => {})
    return () => over.abort(new DOMException('no longer needed', 'AbortError'))
  }

  /** What `work` for `step` comes to; undefined where the others leave this member so far behind that it never may. */
  async keepingUp<T>(
    step: Step,
    parent: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    return scoped(parent, (signal) => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      this.#waiting = { step, giveUp: () => resolve(undefined) }
      this.#look()
      return this.#isTooLateFor(step) ? promise : Promise.race([work(signal), promise])
    })
  }

  /** Does not tell the mesh of anything before `work` is over: payloads of steps that it forgets may be overwritten. */
  async holding<T>(work: () => T | Promise<T>): Promise<T> {
    this.#isHeld = true
    try {
      return await work()
    } finally {
      this.#isHeld = false
      this.#look()
    }
  }

  #look(): void {
    if (this.#isHeld) return
    const ahead = [...this.#latest.values()].filter((step) => step > this.#step)
    if (ahead.length > this.#f) {
      this.#step = ahead.sort((a, b) => b - a)[this.#f] ?? this.#step
      this.#mesh.advance(this.#step)
    }
    if (this.#waiting !== undefined && this.#isTooLateFor(this.#waiting.step)) this.#waiting.giveUp()
  }

  #isTooLateFor(step: Step): boolean {
    return step < this.#step - this.#window
  }
}
