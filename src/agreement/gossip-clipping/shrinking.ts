/**
 * How far a peer lets its neighbours pull it: what becomes of the differences between their models and its own, before they are
 * summed with the weights of the graph. All of these look at distances alone, and know how much of the weight may be liars'.
 *
 *     theta_i = theta_i' + sum_j W_ij c_j (theta_j' - theta_i'),     c_j in [0, 1]
 */

/** A neighbourhood as its middle sees it: those that are there, itself among them. */
export interface Seen {
  /** W_ij: [m] */
  readonly weights: Float64Array
  /** Of each from one's own, which is at 0: [m] */
  readonly distances: Float64Array
  /** delta_i: the weight that liars may have among the neighbours. */
  readonly liarWeight: number
}

/** The c_j: [m] */
export type Shrink = (seen: Seen) => Float64Array

/** Sums of weights like 1/7 are compared with this much to spare. */
const tolerance = 1e-9

/** ClippedGossip with the practical radius (He, Karimireddy, Jaggi, 2022). */
export const clippedGossip: Shrink = (seen) => clipAt(clippedGossipRadius(seen), seen)

/** CS+ (Gaucher, Dieuleveut, Hendrikx, ICML 2025). */
export const csPlus: Shrink = (seen) => clipAt(csPlusRadius(seen), seen)

/** GTS, by the same: what is farthest, up to the weight of the liars, is left out, and the rest is taken whole. */
export const gts: Shrink = (seen) => {
  const { distances, liarWeight } = seen
  const factors = new Float64Array(distances.length)
  const most = totalOf(seen) - liarWeight
  for (const { position, upToHere } of nearestFirst(seen))
    if (upToHere <= most + tolerance) factors[position] = 1
  return factors
}

/**
 * tau^2 = (1/delta_i) sum W_ij dist^2 over the nearest, as long as their weight together is below all but delta_i: what the oracle's
 * radius is, which knows who is honest, with those in the place of the honest. Infinite where nobody lies.
 */
export function clippedGossipRadius(seen: Seen): number {
  const { weights, distances, liarWeight } = seen
  if (liarWeight <= tolerance) return Number.POSITIVE_INFINITY
  const most = totalOf(seen) - liarWeight
  let sum = 0
  for (const { position, upToHere } of nearestFirst(seen)) {
    if (upToHere >= most - tolerance) break
    sum += (weights[position] as number) * (distances[position] as number) ** 2
  }
  return Math.sqrt(sum / liarWeight)
}

/**
 * The distance at which the weight of the nearest reaches all but 2 delta_i; where it jumps past that, the distance before. Why
 * twice: beyond it then lie honest ones of weight delta_i at least, whose clipped differences are worth as much as the liars'.
 */
export function csPlusRadius(seen: Seen): number {
  const most = totalOf(seen) - 2 * seen.liarWeight
  let radius = 0
  for (const { position, upToHere } of nearestFirst(seen)) {
    if (upToHere > most + tolerance) break
    radius = seen.distances[position] as number
  }
  return radius
}

/** Clip(v, tau) = v min(1, tau/|v|). */
function clipAt(radius: number, { distances }: Seen): Float64Array {
  return distances.map((distance) => (distance <= radius ? 1 : radius / distance))
}

interface Ranked {
  readonly position: number
  /** The weight of all that are no farther, this one included; of equally far ones, of those before it. */
  readonly upToHere: number
}

function nearestFirst({ weights, distances }: Seen): Ranked[] {
  let upToHere = 0
  return [...distances.keys()]
    .sort((a, b) => (distances[a] as number) - (distances[b] as number))
    .map((position) => {
      upToHere += weights[position] as number
      return { position, upToHere }
    })
}

function totalOf({ weights }: Seen): number {
  return weights.reduce((sum, weight) => sum + weight, 0)
}
