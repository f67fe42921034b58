/** What baselines are compared with, and the liar that none of them withstands. */
import type { Liar, ProtocolRun } from '../protocol-swarm.ts'

/** Plain gradient descent from 0 on 0.5 ||theta - best||^2, in float64: best (1 - (1 - rate)^steps). */
export function descended({ best }: Pick<ProtocolRun, 'best'>, rate: number, steps: number): Float64Array {
  return best.map((x) => x * (1 - (1 - rate) ** steps))
}

/** Says that every gradient is `value` in each coordinate. */
export function pulling(value: number): Liar {
  return {
    learner: (honest) => ({
      ...honest,
      gradient: async (options) => (await honest.gradient(options)).fill(value),
    }),
  }
}

/** Mean of models, in float64. */
export function meanOf(models: Iterable<Float32Array>): Float64Array {
  const all = [...models]
  return Float64Array.from(all[0] ?? [], (_, k) => all.reduce((sum, x) => sum + (x[k] ?? 0), 0) / all.length)
}

export function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a, (x, k) => x - (b[k] ?? Number.NaN)))
}

export function bitsOf(models: Iterable<Float32Array>): ReadonlySet<string> {
  return new Set(Array.from(models, (model) => model.join()))
}
