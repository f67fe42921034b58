/** What is said to all, one exchange after the other, on a schedule that honest members keep together. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { RunOptions } from '../protocol.ts'
import { type Agreed, agreedBroadcast } from './agreed-broadcast.ts'
import type { Standing } from './standing.ts'
import type { ExchangePhase } from './tags.ts'

export interface Speech {
  readonly step: Step
  readonly phase: ExchangePhase
  /** In the order of the members. */
  readonly speakers: readonly PeerId[]
  /** What I say, where I am one of them. */
  readonly mine: Uint8Array | undefined
  /** Deadlines to wait for: one covers a gradient, transfer, and how far apart honest members are. @default 1 */
  readonly deadlines?: number
}

/**
 * Deadlines are counted from when the exchange before ended, which is at all honest members almost the same moment, and not
 * from when this member has something to say: a liar that keeps one of them waiting would else move it away from the others.
 */
export class Exchanges {
  readonly #mesh: Mesh
  readonly #standing: Standing
  readonly #options: Pick<RunOptions, 'onProgress' | 'signal'> & { readonly deadlineMs: Milliseconds }
  readonly #disputed = new Set<PeerId>()
  #endedAtMs: Milliseconds

  constructor(
    mesh: Mesh,
    standing: Standing,
    options: Pick<RunOptions, 'onProgress' | 'signal'> & { readonly deadlineMs: Milliseconds },
  ) {
    this.#mesh = mesh
    this.#standing = standing
    this.#options = options
    this.#endedAtMs = mesh.clock.now()
  }

  /** When what is said to some is due. */
  get dueAtMs(): Milliseconds {
    return this.#endedAtMs + this.#options.deadlineMs
  }

  /** Whom this member has to charge with having told it something else than the others; once. */
  takeDisputed(): readonly PeerId[] {
    const disputed = [...this.#disputed]
    this.#disputed.clear()
    return disputed
  }

  async hear({ step, phase, speakers, mine, deadlines = 1 }: Speech): Promise<Agreed['said']> {
    const { deadlineMs, onProgress, signal } = this.#options
    const { said, unlike } = await agreedBroadcast(this.#mesh, mine, {
      step,
      phase,
      members: this.#standing.active,
      speakers,
      f: this.#standing.f,
      closesAtMs: this.#endedAtMs + deadlines * deadlineMs,
      roundMs: deadlineMs,
      onWaiting:
        onProgress &&
        ((waitingFor) => onProgress({ step, doing: 'exchange', phase, waitingFor, stalled: false })),
      signal,
    })
    this.#endedAtMs = this.#mesh.clock.now()
    for (const peer of unlike) this.#disputed.add(peer)
    return said
  }
}
