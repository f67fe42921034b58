/** What was agreed that members said, read; and who said nothing, or what is none. */
import type { PeerId } from '../../mesh/mesh.ts'
import type { Agreed } from './agreed-broadcast.ts'
import type { Ban, Offence } from './standing.ts'

export interface Read<T> {
  /** In the order of the speakers. */
  readonly values: ReadonlyMap<PeerId, T>
  /** All honest members find the same ones, because they agree on every byte that is read. */
  readonly bans: readonly Ban[]
}

/** @param read the value, or what its speaker is guilty of */
export function readSaid<T>(
  said: Agreed['said'],
  speakers: readonly PeerId[],
  read: (payload: Uint8Array, speaker: PeerId) => { readonly value: T } | { readonly offence: Offence },
): Read<T> {
  const values = new Map<PeerId, T>()
  const bans: Ban[] = []
  for (const peer of speakers) {
    const payload = said.get(peer)
    const result = payload === undefined ? ({ offence: 'silent' } as const) : read(payload, peer)
    if ('value' in result) values.set(peer, result.value)
    else bans.push({ peer, offence: result.offence })
  }
  return { values, bans }
}

/** What a decoder made of a payload, as `readSaid` wants it. */
export function wellFormed<T>(value: T | undefined): { readonly value: T } | { readonly offence: Offence } {
  return value === undefined ? { offence: 'malformed' } : { value }
}
