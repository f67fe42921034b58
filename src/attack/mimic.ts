/**
 * Mimic (Karimireddy, He, Jaggi, "Byzantine-robust learning on heterogeneous datasets via bucketing", ICLR 2022): all
 * attackers say what one honest peer says. Nothing about such a vector is suspicious, and where data differ the one that
 * is copied outweighs the others.
 */
import { mean, norm, type VectorAttack } from './attack.ts'

/** Copies the honest vector at `position`, the last one where there are fewer. */
export function mimic(position: number): VectorAttack {
  return ({ honest }) => copyOf(honest, position)
}

/**
 * Chooses its victim: during the first `warmup` exchanges it learns the direction z in which honest vectors vary most, by
 * one step of power iteration an exchange, and copies the one that goes farthest along it; then it keeps to that one. It
 * starts from the vector farthest from the mean, so attackers who saw the same choose the same.
 */
export function learningMimic(warmup: number): VectorAttack {
  let direction: Float64Array | undefined
  let victim = 0
  let exchanges = 0
  return ({ honest }) => {
    if (exchanges < warmup || direction === undefined) {
      const apart = differences(honest)
      direction = powerStep(apart, direction ?? farthest(apart))
      victim = argmax(apart.map((difference) => dot(difference, direction)))
      exchanges++
    }
    return copyOf(honest, victim)
  }
}

function differences(honest: readonly Float32Array[]): Float64Array[] {
  const center = mean(honest)
  return honest.map((vector) => Float64Array.from(vector, (x, k) => x - (center[k] ?? 0)))
}

/** The covariance times `direction`, of length 1; `direction` itself where nothing varies along it. */
function powerStep(apart: readonly Float64Array[], direction: Float64Array): Float64Array {
  const next = new Float64Array(direction.length)
  for (const difference of apart) {
    const weight = dot(difference, direction)
    for (let k = 0; k < next.length; k++) next[k] = (next[k] ?? 0) + weight * (difference[k] ?? 0)
  }
  const length = norm(next)
  return length === 0 ? direction : next.map((x) => x / length)
}

function farthest(apart: readonly Float64Array[]): Float64Array {
  return apart[argmax(apart.map(norm))] ?? new Float64Array()
}

function dot(a: Float64Array, b: Float64Array | undefined): number {
  return a.reduce((sum, x, k) => sum + x * (b?.[k] ?? 0), 0)
}

function argmax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}

function copyOf(honest: readonly Float32Array[], position: number): Float32Array {
  return Float32Array.from(honest[Math.min(position, honest.length - 1)] ?? [])
}
