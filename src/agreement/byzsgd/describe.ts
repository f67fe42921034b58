/** What protocols with replicated servers say: models to workers and among servers, gradients to servers. */
import { f32 } from '../../mesh/codec.ts'
import type { Describe, Description, Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { wordOf } from '../describe.ts'
import type { Said } from '../protocol.ts'
import { peersWith, roleOf } from '../roles.ts'

export const roles = ['server', 'worker'] as const

export interface Cast {
  readonly role: (typeof roles)[number]
  /** In the order of the members. */
  readonly servers: readonly PeerId[]
  readonly workers: readonly PeerId[]
}

/** @throws AGREEMENT_ROLES where this member is neither server nor worker */
export function castIn({ self, members }: Mesh): Cast {
  const role = roleOf(self, members, roles)
  return { role, servers: peersWith(members, 'server'), workers: peersWith(members, 'worker') }
}

/** A server's model at the end of a step, for the other servers; `modelTag` is the one that it begins a step with. */
export const gatherTag = (step: Step): Tag => ({ step, phase: 'model', kind: 'value', hop: 1 })

/** Vectors go to the role that needs them, to save traffic; they are no secret. */
export function describeReplicated(dimension: number): Describe {
  const vector: Description = {
    maxBytes: 4 * dimension,
    codec: f32(dimension),
    audience: 'recipients',
    isOpen: true,
  }
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    if (kind !== 'value' || origin !== undefined || part !== undefined) return wordOf(tag)
    return (phase === 'model' && hop <= 1) || (phase === 'gradient' && hop === 0) ? vector : undefined
  }
}

/** So many messages of one vector each. */
export function vectors(messages: number, dimension: number): Said {
  return { messages, bytes: 4 * dimension * messages }
}
