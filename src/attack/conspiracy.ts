import type { Milliseconds } from '../mesh/clock.ts'
import type { Delivery, PeerId } from '../mesh/mesh.ts'
import type { Tag, TagPattern } from '../mesh/tag.ts'
import type { Aggregate } from './attack.ts'
import type { Confidences } from './confidences.ts'

/** What an attack on how something is said has to know. */
export type LiedAbout = Pick<Conspiracy, 'isLiedAbout'>

/** What attackers know of each other and of the swarm. */
export interface Conspiracy {
  /** Everyone who attacks together, this peer included: their vectors are not honest, and nobody waits for them. */
  readonly colluders: ReadonlySet<PeerId>
  /** How long to wait for honest vectors before forging from what is there: well below the honest deadline. */
  readonly rushMs: Milliseconds
  /**
   * Hears what honest members say to some alone and no secret, where there is such an ear: the simulator's, since papers let
   * their attackers know all vectors. A real attacker hears what is said to all, and what is said to it.
   */
  readonly ear?: (pattern: TagPattern, options: { readonly signal: AbortSignal }) => AsyncIterable<Delivery>
  /** Where they tell each other what they would honestly say. @default each knows its own vector alone, as a daemon does */
  readonly confidences?: Confidences
  /**
   * What attacks on how something is said are about, whatever is in it: those that keep back, hold up, garble, repeat or flood.
   * @default vectors: what is of the kind `value`. Where vectors travel coded or in shares, that is all that is said of a step.
   */
  readonly isLiedAbout?: (tag: Tag) => boolean
  /** The rule that honest peers apply to the vectors of a phase (`gradient`, `model`): what searching attacks aim at. */
  aggregateOf(phase: string): Aggregate
}

/** Which of the conspirators `peer` is, in the order of their peer ids, from 0. */
export function rankOf(peer: PeerId, colluders: ReadonlySet<PeerId>): number {
  return [...colluders].filter((other) => other < peer).length
}
