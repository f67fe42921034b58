/** LiuBei's two filters, as one worker applies them to a server's model on the way from one of its own. */
import type { Step } from '../../mesh/mesh.ts'
import { allFinite } from '../../util/finite.ts'
import { distance } from './distance.ts'
import type { LipschitzFilter } from './lipschitz-filter.ts'
import { modelsBound } from './models-filter.ts'
import type { Rejection } from './report.ts'

/** A step that the worker made by itself: what a pulled model is held against. */
export interface OwnStep {
  readonly step: Step
  /** g_t, at the model that it left. */
  readonly gradient: Float32Array
  /** Where it leads. */
  readonly guess: Float32Array
  /** Its length: eta(t) |g_t|, and weight decay where there is any. */
  readonly length: number
  /** The length of the one after the last gather. */
  readonly reach: number
}

export interface FilterOptions {
  readonly n: number
  readonly f: number
  readonly gather: number
  readonly filters: 'both' | 'models' | 'lipschitz' | 'none'
  readonly lipschitz: LipschitzFilter
  /** The gradient at a model, of the batch of a step. */
  readonly gradientAt: (model: Float32Array, step: Step) => Promise<Float32Array>
}

export interface Verdict {
  /** Absent where the model passes. */
  readonly rejection?: Rejection
  /** At the model, where it was computed. */
  readonly gradient?: Float32Array
}

export async function judge(
  model: Float32Array,
  own: OwnStep,
  { filters, lipschitz, gradientAt, ...sizes }: FilterOptions,
): Promise<Verdict> {
  if (filters === 'both' || filters === 'models') {
    const isNear = distance(own.guess, model) < own.reach * modelsBound(own.step, sizes)
    if (!isNear) return { rejection: 'too far' }
  }
  const gradient = await gradientAt(model, own.step + 1)
  const k = coefficient(gradient, own)
  const isGentle = filters === 'both' || filters === 'lipschitz' ? lipschitz.accepts(k) : k < Infinity
  lipschitz.keep(k)
  return isGentle ? { gradient } : { gradient, rejection: 'too steep' }
}

/** |g' - g_t| / |guess - theta_t|; infinite where a liar's model has made the gradient overflow. */
function coefficient(gradient: Float32Array, own: OwnStep): number {
  if (!allFinite(gradient)) return Number.POSITIVE_INFINITY
  const rise = distance(gradient, own.gradient)
  return rise === 0 ? 0 : rise / own.length
}
