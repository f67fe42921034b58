/**
 * Who owns which samples. Every peer computes the whole partition from the seed and the labels and keeps its own
 * share, so that no one has to be told.
 */
import { permutation, type Random, seededRandom } from '../util/prng.ts'
import { classes } from './dataset.ts'
import { dirichletShares } from './dirichlet.ts'
import { dataError } from './errors.ts'

/** How samples are dealt to members. */
export type Split =
  /** Uniformly at random, in equal shares. */
  | { readonly kind: 'iid' }
  /**
   * Each class by shares drawn from a symmetric Dirichlet(alpha): the smaller alpha, the more one-sided
   * (Yurochkin et al., "Bayesian nonparametric federated learning", ICML 2019).
   */
  | { readonly kind: 'dirichlet'; readonly alpha: number }
  /**
   * Sorted by class and cut into equal shards, of which each member gets `each` at random: with one, hardly anybody has
   * more than two classes (McMahan et al., "Communication-efficient learning of deep networks", AISTATS 2017, with two).
   */
  | { readonly kind: 'shards'; readonly each: number }
  /** Everybody has all of them: for protocols in which members compute each other's batches. */
  | { readonly kind: 'whole' }

export interface PartitionOptions {
  readonly seed: number
  /** Number of shares. */
  readonly members: number
  /** The least samples a share may have: the batch size. Short shares are filled up from the largest. */
  readonly atLeast: number
}

/**
 * Deals the samples whose labels are `labels` to `members` shares: disjoint, together all of them, each at least
 * `atLeast` long; or all to everybody. A function of its arguments alone.
 *
 * @returns for each member the indices of its samples, in no particular order
 * @throws DATA_TOO_FEW_SAMPLES, DATA_BAD_SPLIT
 */
export function partition(labels: Uint8Array, split: Split, options: PartitionOptions): Uint32Array[] {
  const { seed, members, atLeast } = options
  if (split.kind === 'whole') {
    if (labels.length < atLeast)
      throw dataError({ code: 'DATA_TOO_FEW_SAMPLES', samples: labels.length, members: 1, atLeast })
    const all = Uint32Array.from(labels.keys())
    return Array.from({ length: members }, () => all)
  }
  if (members * atLeast > labels.length) {
    throw dataError({ code: 'DATA_TOO_FEW_SAMPLES', samples: labels.length, members, atLeast })
  }
  const random = seededRandom(seed, 'partition', split.kind)
  switch (split.kind) {
    case 'iid':
      return dealEqually(labels.length, members, random)
    case 'dirichlet':
      return dealByClass(labels, split.alpha, options, random)
    case 'shards':
      return dealShards(labels, split.each, options, random)
    default:
      return split satisfies never
  }
}

function dealEqually(samples: number, members: number, random: Random): Uint32Array[] {
  const order = permutation(samples, random)
  const cut = (member: number) => Math.floor((member * samples) / members)
  return Array.from({ length: members }, (_, member) => order.slice(cut(member), cut(member + 1)))
}

function dealShards(
  labels: Uint8Array,
  each: number,
  { members, atLeast }: PartitionOptions,
  random: Random,
): Uint32Array[] {
  const shards = members * each
  if (!Number.isInteger(each) || each < 1 || shards > labels.length) {
    const reason = `${each} shards for each of ${members} members must be whole, and no more than the ${labels.length} samples`
    throw dataError({ code: 'DATA_BAD_SPLIT', reason })
  }
  // Shuffled first, so that samples of one class are in no particular order.
  const order = permutation(labels.length, random).sort((a, b) => Number(labels[a]) - Number(labels[b]))
  const cut = (shard: number) => Math.floor((shard * labels.length) / shards)
  const dealt = permutation(shards, random)
  const shares = Array.from({ length: members }, (_, member) => {
    const mine = [...dealt.subarray(member * each, (member + 1) * each)]
    return mine.flatMap((shard) => [...order.subarray(cut(shard), cut(shard + 1))])
  })
  // Shards differ in length by one, so a share may be short by a few.
  fillUp(shares, atLeast, random)
  return shares.map((share) => Uint32Array.from(share))
}

function dealByClass(
  labels: Uint8Array,
  alpha: number,
  { members, atLeast }: PartitionOptions,
  random: Random,
): Uint32Array[] {
  if (!(alpha > 0)) {
    throw dataError({ code: 'DATA_BAD_SPLIT', reason: `alpha is ${alpha} and must be above 0` })
  }
  const order = permutation(labels.length, random)
  const shares: number[][] = Array.from({ length: members }, () => [])
  for (let label = 0; label < classes; label++) {
    const ofClass = order.filter((index) => labels[index] === label)
    const weights = dirichletShares(alpha, members, random)
    let cumulated = 0
    let start = 0
    shares.forEach((share, member) => {
      cumulated += Number(weights[member])
      const end = member === members - 1 ? ofClass.length : Math.round(cumulated * ofClass.length)
      for (const index of ofClass.subarray(start, end)) share.push(index)
      start = Math.max(start, end)
    })
  }
  fillUp(shares, atLeast, random)
  return shares.map((share) => Uint32Array.from(share))
}

/** Moves samples, chosen at random, from the largest share to one that is short, until none is. */
function fillUp(shares: number[][], atLeast: number, random: Random): void {
  for (const share of shares) {
    while (share.length < atLeast) {
      const largest = shares.reduce((a, b) => (b.length > a.length ? b : a))
      share.push(...largest.splice(random.below(largest.length), 1))
    }
  }
}
