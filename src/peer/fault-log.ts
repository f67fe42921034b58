/** What peers did wrong, counted: bounded, because they decide how often. */
import type { Fault, FaultKind } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import { formatTag } from '../mesh/tag.ts'
import { maxCountedFaults } from './limits.ts'

/** Every fault of one kind by one peer. */
export interface FaultCount {
  readonly peer: PeerId
  readonly kind: FaultKind
  readonly count: number
  /** The tags of the first and the last one, where they had any. */
  readonly firstTag?: string
  readonly lastTag?: string
}

export class FaultLog {
  readonly #counts = new Map<string, FaultCount>()

  add({ peer, kind, tag }: Fault): void {
    const key = `${peer} ${kind}`
    const before = this.#counts.get(key)
    if (before === undefined && this.#counts.size >= maxCountedFaults) return
    const text = tag === undefined ? undefined : formatTag(tag)
    const firstTag = before?.firstTag ?? text
    const lastTag = text ?? before?.lastTag
    this.#counts.set(key, {
      peer,
      kind,
      count: (before?.count ?? 0) + 1,
      ...(firstTag === undefined ? {} : { firstTag }),
      ...(lastTag === undefined ? {} : { lastTag }),
    })
  }

  counts(): readonly FaultCount[] {
    return [...this.#counts.values()]
  }
}
