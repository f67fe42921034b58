/** SIMD kernels for tests, what they are asked, and the comparison with the reference. */
import assert from 'node:assert/strict'
import type { Combination, Mix, Reduction } from '../../../src/gar/gar.ts'
import type { Kernels, Rows } from '../../../src/gar/kernels/kernels.ts'
import { referenceKernels } from '../../../src/gar/kernels/reference.ts'
import { simdKernels } from '../../../src/gar/kernels/simd/simd-kernels.ts'
import { rowsOf } from '../../../src/gar/plan.ts'
import type { Random } from '../../../src/util/prng.ts'
import { createSharedMemory, type SharedMemory } from '../../../src/util/webassembly.ts'

const pageBytes = 65_536

export function simd(memory?: SharedMemory): Kernels {
  const kernels = simdKernels(memory === undefined ? {} : { memory })
  assert.ok(kernels, 'the kernels were not built: npm run build')
  return kernels
}

/** Copies of the vectors in one shared memory, each `gap` coordinates behind the one before. */
export function inShared(vectors: readonly Float32Array[], gap = 0) {
  const d = vectors[0]?.length ?? 0
  const stride = (d + gap) * Float32Array.BYTES_PER_ELEMENT
  const memory = createSharedMemory(Math.ceil(((vectors.length + 1) * stride) / pageBytes) + 1, 65_536)
  const at = (i: number) => new Float32Array(memory.buffer, i * stride, d)
  const inside = vectors.map((vector, i) => {
    at(i).set(vector)
    return at(i)
  })
  return { memory, vectors: inside, result: at(vectors.length) }
}

/** Ties, both zeros, subnormal numbers, extremes, and ordinary values. */
export function awkward(random: Random, n: number, d: number): Float32Array[] {
  const special = [0, -0, 1e-45, -1e-45, -1e-40, 1.1754944e-38, 3.4028235e38, -3.4028235e38, 1, 1.0000001]
  const value = () =>
    random.below(4) === 0
      ? (special[random.below(special.length)] as number)
      : Math.round(random.normal() * 8) / 8
  const wide = () => random.normal() * 10 ** (random.below(30) - 15)
  return Array.from({ length: n }, () =>
    Float32Array.from({ length: d }, () => (random.below(3) === 0 ? wide() : value())),
  )
}

function weightsOf(n: number, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => random.normal())
}

/** Every kind of combination of n rows. */
export function combinationsOf(n: number, random: Random): Combination[] {
  const f = random.below(Math.ceil(n / 2))
  const from = random.below(n)
  const to = from + 1 + random.below(n - from)
  return [
    { kind: 'copy', position: random.below(n) },
    { kind: 'mean', positions: Array.from({ length: n }, (_, i) => i) },
    { kind: 'mean', positions: Array.from({ length: 1 + random.below(n) }, () => random.below(n)) },
    { kind: 'weighted', weights: weightsOf(n, random) },
    { kind: 'rank-mean', from: f, to: n - f },
    { kind: 'rank-mean', from: n >> 1, to: (n >> 1) + 1 },
    { kind: 'rank-mean', from: (n - 1) >> 1, to: ((n - 1) >> 1) + 1 },
    { kind: 'rank-mean', from, to },
    { kind: 'nearest-mean', from: f, to: n - f, keep: n - f },
    { kind: 'nearest-mean', from, to, keep: 1 + random.below(n) },
  ]
}

/** Every kind of reduction of n rows. */
export function reductionsOf(n: number, random: Random): Reduction[] {
  const from = random.below(n)
  return [
    { kind: 'squared-distances' },
    { kind: 'squared-distances-to', point: { kind: 'zero' } },
    {
      kind: 'squared-distances-to',
      point: { kind: 'ranks', from, to: from + 1 + random.below(n - from) },
    },
    { kind: 'squared-distances-to', point: { kind: 'weights', weights: weightsOf(n, random) } },
  ]
}

/** None, each kind, and both in a row; means may make more rows or fewer. */
export function mixesOf(n: number, random: Random): Mix[][] {
  const scales: Mix = { kind: 'scales', by: Float64Array.from({ length: n }, () => random.uniform()) }
  const means: Mix = {
    kind: 'means',
    of: Array.from({ length: 1 + random.below(n + 2) }, () =>
      Array.from({ length: 1 + random.below(n) }, () => random.below(n)),
    ),
  }
  const after: Mix = {
    kind: 'scales',
    by: Float64Array.from({ length: means.of.length }, () => random.uniform()),
  }
  return [[], [scales], [means], [scales, means], [means, after]]
}

export function countAfter(mixes: readonly Mix[], n: number): number {
  const last = mixes.at(-1)
  return last === undefined ? n : rowsOf(last)
}

/** The combination by `kernels` and by the reference: the same bits. */
export function assertCombines(
  kernels: Kernels,
  combination: Combination,
  rows: Rows,
  result: Float32Array = new Float32Array(rows.vectors[0]?.length ?? 0),
): void {
  const d = result.length
  const expected = new Float32Array(d)
  assert.ok(referenceKernels.combine(combination, rows, 0, d, expected))
  assert.ok(kernels.combine(combination, rows, 0, d, result), `${combination.kind}: all values are finite`)
  assertSameBits(result, expected, combination.kind)
}

/** The reduction by `kernels` and by the reference, added to the same sums: the same bits. */
export function assertReduces(kernels: Kernels, reduction: Reduction, rows: Rows): void {
  const d = rows.vectors[0]?.length ?? 0
  const n = countAfter(rows.mixes, rows.vectors.length)
  const sums = new Float64Array(reduction.kind === 'squared-distances' ? n * n : n).fill(0.1)
  const expected = sums.slice()
  assert.ok(referenceKernels.reduce(reduction, rows, 0, d, expected))
  assert.ok(kernels.reduce(reduction, rows, 0, d, sums), `${reduction.kind}: all values are finite`)
  assertSameBits(sums, expected, reduction.kind)
}

function assertSameBits(ours: Float32Array | Float64Array, expected: typeof ours, what: string): void {
  const bytes = ({ buffer, byteOffset, byteLength }: typeof ours) =>
    Buffer.from(buffer, byteOffset, byteLength)
  if (bytes(ours).equals(bytes(expected))) return
  const at = ours.findIndex((value, i) => !Object.is(value, expected[i]))
  assert.fail(`${what}: ${ours[at]} at ${at}, and the reference has ${expected[at]}`)
}
