import { mean, norm, type VectorAttack } from './attack.ts'

/**
 * Against comparative gradient elimination, which keeps the n - f vectors of least norm: the honest mean turned round, as
 * long as the (h - liars)-th least of the h honest norms, so that it is kept and the longest honest vectors are not.
 */
export const antiCge: VectorAttack = ({ honest, liars }) => {
  const norms = honest.map(norm).sort((a, b) => a - b)
  const length = norms[Math.max(0, honest.length - liars - 1)] ?? 0
  const center = mean(honest)
  const scale = length / (norm(center) || 1)
  return Float32Array.from(center, (x) => -scale * x)
}
