/** What protocols have in common in which there are peers alone, and all that they say to each other is models. */
import { f32 } from '../mesh/codec.ts'
import type { Describe, Description } from '../mesh/mesh.ts'
import { wordOf } from './describe.ts'
import type { Protocol } from './protocol.ts'
import { modelTag } from './tags.ts'

export const peersAlone = {
  trainer: 'peer',
  servers: [],
  serverF: 0,
  keeper: 'peer',
  rules: [],
  data: 'own',
} satisfies Partial<Protocol>

/** Models of `dimension` parameters, to all or to some: then to save traffic, for they are no secret. */
export function describeModels(dimension: number, audience: Description['audience']): Describe {
  const model: Description = {
    maxBytes: 4 * dimension,
    codec: f32(dimension),
    audience,
    ...(audience === 'recipients' && { isOpen: true }),
  }
  const { phase, kind, hop } = modelTag(0)
  return (tag) => {
    if (tag.origin !== undefined || tag.part !== undefined) return undefined
    return tag.phase === phase && tag.kind === kind && tag.hop === hop ? model : wordOf(tag)
  }
}
