import { mean, type VectorAttack } from './attack.ts'

/** -(h / liars) * mean: all that the attackers say and the h honest vectors sum to 0, so that plain averaging stands still. */
export const cancel: VectorAttack = ({ honest, liars }) =>
  Float32Array.from(mean(honest), (x) => -(honest.length / liars) * x)
