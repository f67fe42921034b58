/**
 * Writes the AssemblyScript of the kernels that sort in registers: one function for each (n, ranks), no branch inside.
 *
 * A register holds what one vector has at four coordinates. Minimum and maximum of a comparator are `pmin(a, b)` and
 * `pmax(b, a)`: both are `b < a ? one : the other`, so that of -0 and +0 neither is lost.
 */
import { type PrunedNetwork, prunedNetwork } from './rank-networks.ts'

/** Up to this n there is a kernel for each f, and one for each middle of an even n. */
const mostPruned = 24
/** Up to this n there is one that sorts. */
const mostSorted = 64

/** The source of all of them. */
export function rankKernels(): string {
  const kernels = [`import { allFinite, greater, narrow, widenLower, widenUpper } from './lanes'\n`]
  for (let n = 1; n <= mostPruned; n++) {
    for (const [from, to] of wantedRanks(n)) kernels.push(rankMeanKernel(n, from, to))
  }
  for (let n = 1; n <= mostSorted; n++) kernels.push(sortKernel(n))
  return kernels.join('\n')
}

/** The ranks f..n-f-1 for each f, and where they are two the lower and the upper one. */
function* wantedRanks(n: number): Generator<[from: number, to: number]> {
  for (let f = 0; 2 * f < n; f++) yield [f, n - f]
  if (n % 2 === 0) {
    yield [n / 2 - 1, n / 2]
    yield [n / 2, n / 2 + 1]
  }
}

/** `share` is 1 / (to - from). Returns whether all values are finite. */
function rankMeanKernel(n: number, from: number, to: number): string {
  const network = prunedNetwork(n, from, to)
  return `
export function rankMean_${n}_${from}_${to}(rows: usize, bytes: usize, share: f64, out: usize): bool {
  const shares = f64x2.splat(share), zero = i32x4.splat(0)
  let seen = zero, seenToo = zero
  ${each(n, (i) => `const row${i} = load<usize>(rows, ${4 * i})`)}
  for (let k: usize = 0; k < bytes; k += 16) {
    ${each(n, (i) => `const x${i} = v128.load(row${i} + k)`)}
    ${each(n, (i) => (i % 2 === 0 ? `seen = greater(seen, x${i})` : `seenToo = greater(seenToo, x${i})`))}
    ${stepsOf(network)}
    ${to - from === 1 ? single(network) : meanOf(network)}
  }
  return allFinite(i32x4.max_u(seen, seenToo))
}`
}

/** Writes the sorted columns as n rows, `stride` bytes apart. Returns whether all values are finite. */
function sortKernel(n: number): string {
  const network = prunedNetwork(n, 0, n)
  return `
export function sort_${n}(rows: usize, at: usize, bytes: usize, out: usize, stride: usize): bool {
  let seen = i32x4.splat(0)
  for (let k: usize = 0; k < bytes; k += 16) {
    ${each(n, (i) => `const x${i} = v128.load(load<usize>(rows, ${4 * i}) + at + k)`)}
    ${each(n, (i) => `seen = greater(seen, x${i})`)}
    ${stepsOf(network)}
    let sorted = out + k
    ${network.ranks.map((register) => `v128.store(sorted, x${register}); sorted += stride`).join('\n    ')}
  }
  return allFinite(seen)
}`
}

function stepsOf({ steps }: PrunedNetwork): string {
  return steps
    .map(({ value, operation, a, b }) => `const x${value} = f32x4.${operation}(x${a}, x${b})`)
    .join('\n    ')
}

/** A mean of one is the value, and never -0. */
function single({ ranks }: PrunedNetwork): string {
  return `v128.store(out + k, f32x4.add(x${ranks[0]}, zero))`
}

function meanOf({ ranks }: PrunedNetwork): string {
  return `let lower = zero, upper = zero
    ${ranks
      .flatMap((register) => [
        `lower = f64x2.add(lower, widenLower(x${register}))`,
        `upper = f64x2.add(upper, widenUpper(x${register}))`,
      ])
      .join('\n    ')}
    v128.store(out + k, narrow(f64x2.mul(lower, shares), f64x2.mul(upper, shares)))`
}

function each(n: number, line: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => line(i)).join('\n    ')
}
