/** The tags of protocols in which one server says models to all, and workers answer with gradients. */
import { f32 } from '../../mesh/codec.ts'
import type { Describe, Description } from '../../mesh/mesh.ts'
import { wordOf } from '../describe.ts'

/** For a model of `dimension` parameters. Gradients go to the server alone, to save traffic: they are no secret. */
export function describeOneServer(dimension: number): Describe {
  const model: Description = { maxBytes: 4 * dimension, codec: f32(dimension), audience: 'all' }
  const gradient: Description = { ...model, audience: 'recipients', isOpen: true }
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    if (kind !== 'value' || hop !== 0 || origin !== undefined || part !== undefined) return wordOf(tag)
    return phase === 'model' ? model : phase === 'gradient' ? gradient : undefined
  }
}
