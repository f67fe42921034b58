/**
 * Against clipped clustering (Li, Ngai, Voigt, "An experimental study of Byzantine-robust aggregation schemes in federated
 * learning"), which splits vectors into two groups by the angles between them and keeps the larger one: the attackers build
 * a chain that leads away from the honest mean, each link so short that the group goes on to the next.
 *
 * As Blades has it. The chain starts at the vector v of the larger group of honest ones (two groups, single linkage, cosine
 * distance) that is farthest from the mean m, at an angle theta. The attacker of rank r stands on the circle through m and v,
 * (r + 1) phi beyond v; phi is the least angle between two honest vectors, less a margin. Where that would be past the
 * opposite of m, it says -`length` * m instead. Blades mixes its v, which is of length 1, with vectors of its chain, which are
 * of length 10, and so leaves the circle after the first; here all are of one length until they are said.
 */
import { mean, norm, type VectorAttack } from './attack.ts'

/** Radians; those of Blades. */
const margin = 0.1
const slack = 1e-4

/** Each says a vector of `length`: clipping leaves of it what it leaves of an honest one. Blades has 10. */
export function antiClustering(length: number): VectorAttack {
  return ({ honest, rank }) => {
    const rays = honest.map(unit)
    const center = unit(mean(honest))
    const start = largerGroup(rays).reduce((far, ray) => (dot(ray, center) < dot(far, center) ? ray : far))
    const theta = angle(start, center)
    const turn = (rank + 1) * Math.max(0, leastAngle(rays) - margin - slack)
    if (theta + turn >= Math.PI) return Float32Array.from(center, (x) => -length * x)
    // All point the same way: there is no circle to walk on.
    if (theta === 0) return Float32Array.from(center, (x) => length * x)
    // The point of the circle at theta + turn from the mean, by the rule of sines.
    const scale = length / Math.sin(theta)
    const [back, on] = [-scale * Math.sin(turn), scale * Math.sin(theta + turn)]
    return Float32Array.from(center, (x, k) => back * x + on * (start[k] ?? 0))
  }
}

/**
 * The larger of the two groups that single linkage ends with: the two sides of the longest edge of the least spanning tree.
 * Prim's algorithm crosses that edge once, so what it reached before is one side, and the rest the other.
 */
function largerGroup(rays: readonly Float64Array[]): readonly Float64Array[] {
  const reached: Float64Array[] = []
  const away = new Map(rays.map((ray) => [ray, Number.POSITIVE_INFINITY]))
  let [longest, cut] = [Number.NEGATIVE_INFINITY, 0]
  while (away.size > 0) {
    const [next, edge] = [...away].reduce((near, one) => (one[1] < near[1] ? one : near))
    if (reached.length > 0 && edge > longest) [longest, cut] = [edge, reached.length]
    reached.push(next)
    away.delete(next)
    for (const [ray, distance] of away) away.set(ray, Math.min(distance, angle(next, ray)))
  }
  const [first, second] = [reached.slice(0, cut), reached.slice(cut)]
  return first.length > second.length ? first : second
}

function leastAngle(rays: readonly Float64Array[]): number {
  const angles = rays.flatMap((ray, i) => rays.slice(0, i).map((other) => angle(ray, other)))
  return angles.length === 0 ? 0 : Math.min(...angles)
}

/** Between two vectors of length 1; rounding must not bring the cosine past 1. */
function angle(a: Float64Array, b: Float64Array): number {
  return Math.acos(Math.min(1, Math.max(-1, dot(a, b))))
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, k) => sum + x * (b[k] ?? 0), 0)
}

function unit(vector: Float32Array | Float64Array): Float64Array {
  const length = norm(vector)
  return Float64Array.from(vector, (x) => (length === 0 ? 0 : x / length))
}
