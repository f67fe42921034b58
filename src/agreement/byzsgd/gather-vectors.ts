/** Vectors as they come in, and what they come to. */
import { f32 } from '../../mesh/codec.ts'
import { collect, type Gathered, type Wait } from '../../mesh/collect.ts'
import type { Mesh, PeerId } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import type { AgreementReport, RunOptions } from '../protocol.ts'
import type { AgreementRule } from '../rule.ts'

export interface GatherOptions extends Pick<RunOptions, 'onProgress' | 'signal'> {
  readonly from: readonly PeerId[]
  readonly least: number
  readonly dimension: number
  readonly wait: Wait
}

export function gatherVectors(
  mesh: Mesh,
  tag: Tag,
  { dimension, onProgress, ...options }: GatherOptions,
): Promise<Gathered<Float32Array>> {
  const { step, phase } = tag
  return collect(mesh, tag, {
    ...options,
    codec: f32(dimension),
    ...(onProgress && {
      onWaiting: (waitingFor, stalled) => onProgress({ step, phase, doing: 'exchange', waitingFor, stalled }),
    }),
  })
}

export interface CombineOptions extends Pick<RunOptions, 'combine' | 'onProgress'> {
  readonly rule: AgreementRule
  readonly f: number
  /** This member's vector before, [d]; rules that move start there. */
  readonly before: Float32Array
}

/** What `rule` makes of vectors that came in under `tag`, and all that is to be said of it. */
export async function combineVectors(
  mesh: Mesh,
  tag: Tag,
  gathered: Gathered<Float32Array>,
  { rule, f, before, combine, onProgress }: CombineOptions,
): Promise<AgreementReport> {
  const { step, phase } = tag
  onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
  const combined = await combineGathered(mesh, gathered, { rule, f, mine: before, combine })
  return reportOfGathering(gathered, combined, { before, f })
}
