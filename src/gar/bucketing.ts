/**
 * Bucketing (Karimireddy, He, Jaggi, "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing", ICLR 2022):
 * means of random groups, which are more alike than what is in them.
 *
 * Up to f of the ceil(n/s) groups are arbitrary, so what comes behind needs its bound with as few rows: the pipeline's
 * bound says so. Liars must not know the permutation before they speak: in a swarm each peer draws its own, afterwards.
 */
import { permutation, seededRandom } from '../util/prng.ts'
import type { PreAggregator } from './gar.ts'

export interface BucketingOptions {
  /** Vectors a group; the last one may be smaller. */
  readonly s: number
  /** What the permutation is drawn from where the caller gives no chance of its own. */
  readonly seed: number
}

/** y_i = the mean of the i-th s inputs of a permutation: [n][d] to [ceil(n/s)][d]. O(n d). */
export function bucketing({ s, seed }: BucketingOptions): PreAggregator {
  return function* ({ n, random = seededRandom(seed, 'bucketing') }) {
    const order = Array.from(permutation(n, random))
    const groups = Array.from({ length: Math.ceil(n / s) }, (_, i) => order.slice(i * s, (i + 1) * s))
    return { kind: 'means', of: groups, regroups: true }
  }
}
