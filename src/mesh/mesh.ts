/**
 * The mesh: the world as one peer sees it. A protocol touches nothing else but a learner, rules and its options.
 *
 * Two things implement it: the libp2p peer (`peer/libp2p-mesh.ts`) and the simulator in virtual time
 * (`sim/sim-mesh.ts`). What both promise is stated, duty by duty, in `test/mesh-contract.ts`:
 *
 * 1. *Authenticity*: a delivery from p was said by p.
 * 2. *First of each*: one delivery per (sender, tag); a later, different one is evidence of equivocation: blamed, kept,
 *    and not passed on.
 * 3. *Nobody is left behind*: what an honest member said to all reaches every connected member eventually, also after a
 *    reconnection, and so does whatever one of them heard under a tag that is for all, even from a liar that told only it.
 * 4. *Frozen*: a payload does not change once it is published.
 * 5. *Bounded*: sizes are checked before bytes are taken, and memory is bounded whatever strangers and members do.
 */

import type { Random } from '../util/prng.ts'
import type { Clock } from './clock.ts'
import type { Codec } from './codec.ts'
import type { Fault } from './fault.ts'
import type { Tag, TagPattern } from './tag.ts'

/** A member's name: the libp2p peer id as text; any text in the simulator. */
export type PeerId = string & { readonly brand?: 'PeerId' }

/** A step of learning, counted from 1; 0 is what comes before. */
export type Step = number & { readonly brand?: 'Step' }

export interface Member {
  readonly peer: PeerId
  readonly role: string
}

export interface Delivery {
  readonly from: PeerId
  readonly tag: Tag
  /**
   * Starts at a multiple of 8 in its buffer. Not to be written to. Its memory is used again once its step is out of the
   * window: whoever keeps it for longer keeps a copy.
   */
  readonly payload: Uint8Array
}

/** What a mesh must know of a tag before it takes a byte under it. A tag without description is refused. */
export interface Description {
  /** The largest payload that may be said under the tag. */
  readonly maxBytes: number
  readonly codec: Codec<unknown>
  /**
   * Who may read it. `all`: whoever hears it passes it on, so that nobody is left behind.
   * `recipients`: for those it was sent to alone; never announced, never passed on.
   */
  readonly audience: 'all' | 'recipients'
  /**
   * Of what is for recipients: sent to them alone to save traffic, and no secret. An adversary is taken to know it, as the
   * papers take it, though a real one has to find out.
   */
  readonly isOpen?: boolean
}

export type Describe = (tag: Tag) => Description | undefined

export interface PublishOptions {
  /** To these alone, directly. */
  readonly to?: readonly PeerId[]
  /**
   * It may get lost and nobody minds: leave to lose it. What is lost is not sent again, not passed on and not to be had by
   * asking. A mesh that carries it all the same keeps its word.
   */
  readonly lossy?: boolean
}

export interface Mesh {
  readonly self: PeerId
  /** All members, self included, in the one order that every member computes (by peer id). */
  readonly members: readonly Member[]
  readonly clock: Clock
  /** Seeded in the simulator, from the system's generator at a peer: shares, sampling, challenges. */
  readonly random: Random

  /**
   * Says `payload` under `tag`, once per tag and recipient: to all members (self at once; kept for those who ask) or,
   * with `to`, to those alone. Resolves when it is on its way, which does not mean that anyone has it.
   *
   * Saying something to a recipient a second time is this peer's own mistake: MESH_ALREADY_SAID. Saying different things
   * to different recipients under a tag that is for all is a lie that only a liar's decorator tells (attack/misbehave.ts);
   * recipients pass on what they heard, so it comes out.
   */
  publish(tag: Tag, payload: Uint8Array, options?: PublishOptions): Promise<void>

  /** Keeps `payload` under `tag` for those who ask; a function may answer each asker differently, or not at all. */
  offer(tag: Tag, payload: Uint8Array | ((asker: PeerId) => Uint8Array | undefined)): void

  /**
   * What members said under the tags that `pattern` covers: in order of arrival, the first of each (sender, tag),
   * including what came before the call. Ends when `signal` aborts.
   */
  listen(pattern: TagPattern, options: { readonly signal: AbortSignal }): AsyncIterable<Delivery>

  /**
   * What `peer` said or offers under `tag`; waits until it is there. Rejects when `signal` aborts.
   * Under a tag that is for all the answer counts as heard: it is delivered to those who listen, and passed on.
   */
  ask(peer: PeerId, tag: Tag, options: { readonly signal: AbortSignal }): Promise<Uint8Array>

  /** The members that can be reached now, self included: once at the start and after every change. */
  presence(options: { readonly signal: AbortSignal }): AsyncIterable<ReadonlySet<PeerId>>

  /** Records that a peer broke the protocol. Never throws, never waits. */
  blame(fault: Fault): void

  /** This peer now works on `step`: forget what is older than the window, refuse what is further ahead than it. */
  advance(step: Step): void
}

/**
 * How many steps behind and ahead of its own a peer keeps what others say, unless the swarm says otherwise.
 * Behind: so that a peer that was away can still fetch what it missed. Ahead: so that a slow peer loses nothing.
 */
export const defaultWindow = 4
