import type { Milliseconds } from '../mesh/clock.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Aggregate } from './attack.ts'

/** What attackers know of each other and of the swarm. */
export interface Conspiracy {
  /** Everyone who attacks together, this peer included: their vectors are not honest, and nobody waits for them. */
  readonly colluders: ReadonlySet<PeerId>
  /** How long to wait for honest vectors before forging from what is there: well below the honest deadline. */
  readonly rushMs: Milliseconds
  /** The rule that honest peers apply to the vectors of a phase (`gradient`, `model`): what searching attacks aim at. */
  aggregateOf(phase: string): Aggregate
}
