/** The tags that AggregaThor uses, for the mesh, before it takes a byte. */
import { f32 } from '../../mesh/codec.ts'
import type { Describe, Description, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { wordOf } from '../describe.ts'
import { type Chunking, rangeOf } from './chunks.ts'
import type { Lossy } from './report.ts'

/** One chunk of a worker's gradient, to the server, over a transport that may lose it. */
export const chunkTag = (step: Step, part: number): Tag => ({ ...chunkTags(step), part })
/** All chunks of a step. */
export const chunkTags = (step: Step) => ({ step, phase: 'gradient', kind: 'chunk', hop: 0 })

/** How a gradient is cut into float32s. */
export function chunkingOf(dimension: number, { chunkBytes }: Pick<Lossy, 'chunkBytes'>): Chunking {
  return { dimension, length: chunkBytes / Float32Array.BYTES_PER_ELEMENT }
}

/** Models come down to all; gradients go up whole, or in chunks where `chunking` says so. Neither is a secret. */
export function describeAggregathor(dimension: number, chunking: Chunking | undefined): Describe {
  const model = vectorOf(dimension, 'all')
  const gradient = vectorOf(dimension, 'recipients')
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    if (phase !== 'gradient' && phase !== 'model') return wordOf(tag)
    if (hop !== 0 || origin !== undefined) return undefined
    if (phase === 'gradient' && chunking !== undefined)
      return kind === 'chunk' && part !== undefined ? describeChunk(chunking, part) : undefined
    if (kind !== 'value' || part !== undefined) return undefined
    return phase === 'model' ? model : gradient
  }
}

function describeChunk(chunking: Chunking, part: number): Description | undefined {
  const { from, to } = rangeOf(chunking, part)
  return from < to ? vectorOf(to - from, 'recipients') : undefined
}

function vectorOf(length: number, audience: Description['audience']): Description {
  return { maxBytes: 4 * length, codec: f32(length), audience, isOpen: true }
}
