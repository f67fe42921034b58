/** What carries messages from member to member: in time that the links decide, or in the order that an adversary chooses. */
import type { PeerId } from '../mesh/mesh.ts'

/** A message on its way: something said, or a question. */
export interface Cargo {
  readonly key: number
  readonly byteLength: number
  /** Lost for good where it is lost once. */
  readonly lossy: boolean
  /** Who said it, and under which tag; of a question, which. */
  readonly from: PeerId
  readonly tagText: string
}

export interface Line {
  /** Calls `arrive` once, later; never, where the cargo is lossy and lost. Members are named by their positions. */
  carry(via: number, to: number, cargo: Cargo, arrive: () => void): void
  /** The same cargo to many, whom `arrive` is called with. */
  carryToMany(via: number, receivers: readonly number[], cargo: Cargo, arrive: (to: number) => void): void
}
