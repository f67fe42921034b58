/**
 * CenteredClip to its fixed point (Karimireddy, He, Jaggi, "Learning from History for Byzantine Robust Optimization", ICML
 * 2021, as BTARD uses it). Square roots, additions and the like alone, in a fixed order, so all machines compute the same bits.
 * gar/centeredclipping.ts takes a given number of steps from a given start.
 */

/** An iterate that moves by less is taken for the fixed point, in units of tau, or of 1 where tau is greater. */
const stillness = 1e-6

export interface ClipOptions {
  /** The radius beyond which a vector pulls no harder. */
  readonly tau: number
  /** @default 500 */
  readonly iterations?: number
}

/**
 * v <- v + (1/n) sum (x_i - v) min(1, tau / |x_i - v|), from the coordinate-wise median on.
 *
 * @param vectors [n][d], n >= 1
 */
export function centeredClip(
  vectors: readonly Float32Array[],
  { tau, iterations = 500 }: ClipOptions,
): Float32Array {
  const center = medianOf(vectors)
  const step = new Float64Array(center.length)
  for (let i = 0; i < iterations; i++) {
    step.fill(0)
    for (const vector of vectors) {
      const factor = clipFactor(distanceOf(vector, center), tau) / vectors.length
      for (let k = 0; k < step.length; k++)
        step[k] = (step[k] ?? 0) + factor * ((vector[k] ?? 0) - (center[k] ?? 0))
    }
    let squares = 0
    for (let k = 0; k < step.length; k++) {
      center[k] = (center[k] ?? 0) + (step[k] ?? 0)
      squares += (step[k] ?? 0) ** 2
    }
    if (Math.sqrt(squares) <= stillness * Math.min(1, tau)) break
  }
  return Float32Array.from(center)
}

/** What of a difference is left when it is clipped to `tau`. */
export function clipFactor(distance: number, tau: number): number {
  return distance > tau ? tau / distance : 1
}

/** |a - b|, in float64. */
export function distanceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0
  for (let k = 0; k < a.length; k++) {
    const apart = (a[k] ?? 0) - (b[k] ?? 0)
    squares += apart * apart
  }
  return Math.sqrt(squares)
}

/** Per coordinate; of an even number of values the mean of the two in the middle. */
function medianOf(vectors: readonly Float32Array[]): Float64Array {
  const middle = Math.floor(vectors.length / 2)
  const values = new Float64Array(vectors.length)
  return Float64Array.from(vectors[0] ?? [], (_, k) => {
    for (const [i, vector] of vectors.entries()) values[i] = vector[k] ?? 0
    values.sort()
    const upper = values[middle] ?? 0
    return vectors.length % 2 === 1 ? upper : ((values[middle - 1] ?? 0) + upper) / 2
  })
}
