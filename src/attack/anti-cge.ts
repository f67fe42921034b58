import { mean, norm, type VectorAttack } from './attack.ts'

/** By how much it stays below the length that it must not reach, as a share of it: more than float32 rounds away. */
const slack = 1e-6

/**
 * Against comparative gradient elimination, which keeps the n - f vectors of least norm: the mean of the honest vectors that
 * it will keep beside the attackers', turned round and as long as an attacker's may be, just below the shortest of the others.
 * The EPFL attack suites have it, and count the shortest vector twice.
 */
export const antiCge: VectorAttack = ({ honest, liars }) => {
  const byLength = honest.map((vector) => ({ vector, length: norm(vector) }))
  byLength.sort((a, b) => a.length - b.length)
  const kept = byLength.slice(0, Math.max(1, honest.length - liars))
  const longest = byLength[Math.min(kept.length, honest.length - 1)]?.length ?? 0
  const center = mean(kept.map(({ vector }) => vector))
  const scale = (longest * (1 - slack)) / (norm(center) || 1)
  return Float32Array.from(center, (x) => -scale * x)
}
