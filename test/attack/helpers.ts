/** What attackers see, for the tests of attacks. */
import { mean, type Sight, type Vector } from '../../src/attack/attack.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** Plain averaging of whatever there is: what every attack must beat. */
export const plainAverage = (vectors: readonly Vector[]): Float32Array => Float32Array.from(mean(vectors))

export function sightOf(honest: readonly Float32Array[], changes: Partial<Sight> = {}): Sight {
  return {
    honest,
    own: honest[0] ?? new Float32Array(),
    colluding: honest.slice(0, 1),
    liars: 1,
    rank: 0,
    aggregate: plainAverage,
    random: seededRandom(1, 'attack'),
    ...changes,
  }
}

/** `count` gradients that point along (1, ..., 1)/2, with standard normal noise in each of their `d` coordinates. */
export function gradients(count: number, d: number, seed = 1): Float32Array[] {
  const random = seededRandom(seed, 'gradients')
  return Array.from({ length: count }, () => Float32Array.from({ length: d }, () => 0.5 + random.normal()))
}
