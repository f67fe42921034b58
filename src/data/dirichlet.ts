/** Draws from the symmetric Dirichlet distribution. */
import type { Random } from '../util/prng.ts'

/**
 * `count` shares that sum to one, drawn from Dirichlet(alpha, ..., alpha): normalised independent Gamma(alpha).
 * In logarithms, because for small alpha every gamma variate may be below the smallest number.
 */
export function dirichletShares(alpha: number, count: number, random: Random): Float64Array {
  const logs = Float64Array.from({ length: count }, () => logGammaVariate(alpha, random))
  const largest = logs.reduce((a, b) => Math.max(a, b))
  const weights = logs.map((log) => Math.exp(log - largest))
  const total = weights.reduce((a, b) => a + b)
  return weights.map((weight) => weight / total)
}

/** The logarithm of a draw from Gamma(shape, 1). */
function logGammaVariate(shape: number, random: Random): number {
  // Marsaglia and Tsang (2000), section 6: Gamma(a) is Gamma(a + 1) times U^(1/a) for a < 1.
  if (shape < 1) return Math.log(gammaVariate(shape + 1, random)) + Math.log(1 - random.uniform()) / shape
  return Math.log(gammaVariate(shape, random))
}

/** A draw from Gamma(shape, 1), shape >= 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
function gammaVariate(shape: number, random: Random): number {
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - random.uniform()
    if (Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v
  }
}
