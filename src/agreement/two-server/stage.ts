/** What a role sets up before its first step. */
import type { Mesh } from '../../mesh/mesh.ts'
import { castOf } from './cast.ts'
import type { Stage } from './conversation.ts'
import { sizesOf } from './describe.ts'
import { defaultFixedPoint, type FixedPoint, type Range, rangeOf } from './range.ts'
import type { TwoServerOptions } from './report.ts'
import { defaultRing } from './ring/default-ring.ts'

export interface Setting extends Stage, Range {
  readonly fixedPoint: FixedPoint
  readonly checksRange: boolean
}

/** @throws AGREEMENT_ROLES, AGREEMENT_TWO_SERVER_OVERFLOW */
export function settingOf(
  mesh: Mesh,
  dimension: number,
  options: Pick<TwoServerOptions, 'fixedPoint' | 'checksRange' | 'ring' | 'signal'>,
): Setting {
  const { fixedPoint = defaultFixedPoint, checksRange = true, ring = defaultRing(), signal } = options
  const cast = castOf(mesh.members)
  const sizes = sizesOf(dimension, { workers: cast.workers.length, fixedPoint, checksRange })
  return { mesh, cast, ring, sizes, signal, fixedPoint, checksRange, ...rangeOf(fixedPoint, dimension) }
}
