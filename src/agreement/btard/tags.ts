/** The tags of BTARD: one part to each contributor, and five exchanges that all agree on. */
import type { PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'

/** What is said to all in a step, in this order. */
export const exchangePhases = ['commit', 'aggregate', 'reveal', 'scalars', 'accuse'] as const
export type ExchangePhase = (typeof exchangePhases)[number]

/** A contributor's part of its gradient, to the contributor that aggregates it. */
export const partTag = (step: Step): Tag => ({ step, phase: 'part', kind: 'part', hop: 0 })

/** The tags of one exchange (agreed-broadcast.ts). */
export interface ExchangePlace {
  readonly step: Step
  readonly phase: ExchangePhase
}

/** What a speaker says. */
export const saidTag = (place: ExchangePlace): Tag => ({ ...place, kind: 'said', hop: 0 })
/** What a member has of the speakers, in round `hop`. */
export const viewTag = (place: ExchangePlace, hop: number): Tag => ({ ...place, kind: 'view', hop })
/** What the king of round `hop` proposes. */
export const kingTag = (place: ExchangePlace, hop: number): Tag => ({ ...place, kind: 'king', hop })
/** The digest of the view that a member knows to be decided. */
export const doneTag = (place: ExchangePlace): Tag => ({ ...place, kind: 'done', hop: 0 })
/** What `origin` said, from any member that has it. */
export const copyTag = (place: ExchangePlace, origin: PeerId): Tag => ({
  ...place,
  kind: 'copy',
  hop: 0,
  origin,
})
