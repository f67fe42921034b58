/**
 * The common part of min-max and min-sum (Shejwalkar, Houmansadr, "Manipulating the Byzantine", NDSS 2021): the honest mean
 * minus gamma times a perturbation, gamma being the largest at which the forged vector is still no farther from the honest
 * ones than they are from each other.
 */
import { along, deviation, mean, norm, squaredDistance, type Vector, type VectorAttack } from './attack.ts'

/** The perturbation: the standard deviation (ddof 1), the sign or the unit vector of the mean. */
export type Perturbation = 'std' | 'sign' | 'unit_vec'

/** What is compared with what: from the squared distances of one vector to all honest ones. */
export type Distance = (squaredDistances: readonly number[]) => number

/** gamma starts at 10 and moves by halving steps until a step is at most 1e-5, as in the authors' code. */
const firstGamma = 10
const precision = 1e-5

/** `ofOne` is what a vector may have, `ofHonest` what the honest ones make of theirs: the limit. */
export function nearHonest(
  perturbation: Perturbation,
  ofOne: Distance,
  ofHonest: (each: readonly number[]) => number,
): VectorAttack {
  return ({ honest }) => {
    const center = mean(honest)
    const way = perturbationOf(perturbation, honest, center)
    const distance = (vector: Vector) => ofOne(honest.map((other) => squaredDistance(vector, other)))
    const limit = ofHonest(honest.map(distance))
    let found = 0
    let gamma = firstGamma
    for (let step = firstGamma / 2; Math.abs(found - gamma) > precision; step /= 2) {
      const fits = distance(along(center, way, -gamma)) <= limit
      if (fits) found = gamma
      gamma += fits ? step : -step
    }
    return Float32Array.from(along(center, way, -found))
  }
}

function perturbationOf(name: Perturbation, honest: readonly Float32Array[], center: Float64Array) {
  if (name === 'std') return deviation(honest, center, 1)
  if (name === 'sign') return center.map(Math.sign)
  const length = norm(center)
  return length === 0 ? center : center.map((x) => x / length)
}
