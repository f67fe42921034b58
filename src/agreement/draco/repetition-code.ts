/**
 * DRACO's repetition code (Chen, Wang, Charles, Papailiopoulos, ICML 2018): groups of r = 2s+1 workers, each of which computes
 * the same sum of the gradients of the same r batches, in the same order. At least s+1 of them are honest and say the same
 * bytes, so the only sum that s+1 of a group can agree on is the honest one.
 */

/** The workers of a group, and its batches: both are numbered alike. */
export function groupMembers(group: number, s: number): readonly number[] {
  const size = 2 * s + 1
  return Array.from({ length: size }, (_, j) => group * size + j)
}

export function groupOf(worker: number, s: number): number {
  return Math.floor(worker / (2 * s + 1))
}

/** The sum of the gradients, each [d], in their order: accumulated in float64, rounded once. */
export function sumOf(gradients: readonly Float32Array[]): Float32Array {
  return Float32Array.from(total(gradients))
}

/** The mean of n gradients from the sums of all groups, in their order. */
export function meanOfSums(sums: readonly Float32Array[], n: number): Float32Array {
  return Float32Array.from(total(sums), (value) => value / n)
}

function total(vectors: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0)
  for (const vector of vectors)
    for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + (vector[k] as number)
  return sum
}

/** The vote of one group, on digests in place of vectors. */
export class GroupVote {
  readonly #s: number
  /** Who voted for each digest. */
  readonly #classes = new Map<string, number[]>()
  #votes = 0

  constructor(s: number) {
    this.#s = s
  }

  /** One vote a worker: that is the caller's duty. */
  cast(worker: number, digest: string): void {
    this.#votes += 1
    const voters = this.#classes.get(digest)
    if (voters === undefined) this.#classes.set(digest, [worker])
    else voters.push(worker)
  }

  /** The digest with s+1 votes, once there is one, and who voted for it and against it. */
  get winner():
    | { readonly digest: string; readonly voters: readonly number[]; readonly outvoted: readonly number[] }
    | undefined {
    for (const [digest, voters] of this.#classes) {
      if (voters.length <= this.#s) continue
      const outvoted = [...this.#classes.values()].filter((others) => others !== voters).flat()
      return { digest, voters, outvoted }
    }
    return undefined
  }

  /** Whether no digest can get s+1 votes any more: then more than s lie. */
  get isHopeless(): boolean {
    const open = 2 * this.#s + 1 - this.#votes
    const most = Math.max(0, ...[...this.#classes.values()].map((voters) => voters.length))
    return most + open <= this.#s
  }
}
