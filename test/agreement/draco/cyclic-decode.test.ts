/** Decoding under liars of every number and magnitude: exact, or refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ComplexVector, complexVector, norm } from '../../../src/agreement/draco/complex.ts'
import {
  type CyclicCode,
  cyclicCode,
  cyclicParts,
  encodeRow,
} from '../../../src/agreement/draco/cyclic-code.ts'
import { type Decoded, decodeRows, decodingWeights } from '../../../src/agreement/draco/cyclic-decode.ts'
import { traces } from '../../../src/agreement/draco/cyclic-locate.ts'
import { leastSquares } from '../../../src/agreement/draco/least-squares.ts'
import { permutation, type Random, seededRandom } from '../../../src/util/prng.ts'

const dimension = 12
/** Gradients are about 1. What liars above 1e-3 of a gradient leave is rounding: measured, at most 7e-13 at admitted sizes. */
const tolerance = 1e-11
/** Of any lie at all: the resolution of float32. */
const resolution = 2 ** -23

/** Admitted, from the best to the worst conditioned. */
const sizes = [
  [3, 1],
  [5, 2],
  [7, 2],
  [9, 4],
  [12, 1],
  [15, 3],
  [16, 2],
  [20, 4],
  [21, 6],
  [24, 3],
  [39, 2],
] as const

interface Word {
  readonly code: CyclicCode
  readonly rows: ComplexVector[]
  readonly mean: Float64Array
  readonly random: Random
}

function wordOf(n: number, s: number, seed: number): Word {
  const random = seededRandom(seed, 'word', n, s)
  const code = cyclicCode(n, s)
  const gradients = Array.from({ length: n }, () =>
    Float32Array.from({ length: dimension }, () => 1 + 0.5 * random.normal()),
  )
  const mean = new Float64Array(dimension)
  for (const gradient of gradients) for (const [k, x] of gradient.entries()) mean[k] = (mean[k] ?? 0) + x / n
  const rows = gradients.map((_, i) =>
    encodeRow(
      code,
      cyclicParts(code, i).map((part) => gradients[part] ?? new Float32Array()),
    ),
  )
  return { code, rows, mean, random }
}

/** Neighbours, who are the hardest to tell apart, or anybody. */
function drawWorkers(n: number, count: number, areNeighbours: boolean, random: Random): number[] {
  const start = random.below(n)
  return areNeighbours
    ? Array.from({ length: count }, (_, i) => (start + i) % n).sort((a, b) => a - b)
    : [...permutation(n, random)].slice(0, count).sort((a, b) => a - b)
}

function disturb(row: ComplexVector | undefined, size: number, random: Random): void {
  for (const part of row === undefined ? [] : [row.re, row.im])
    for (const [k, x] of part.entries()) part[k] = x + size * random.normal()
}

function errorOf({ mean }: Word, decoded: Decoded): number {
  return Math.max(...decoded.mean.map((x, k) => Math.abs(x - (mean[k] ?? Number.NaN))))
}

const anySize = fc.constantFrom(...sizes)

test('none to s liars, each of its own magnitude from 1e-3 to 1e6: the mean is exact and they are left out', () => {
  let refused = 0
  fc.assert(
    fc.property(anySize, fc.nat(), fc.boolean(), ([n, s], seed, areNeighbours) => {
      const word = wordOf(n, s, seed)
      const liars = drawWorkers(n, word.random.below(s + 1), areNeighbours, word.random)
      const sizes = liars.map(() => 10 ** (-3 + 9 * word.random.uniform()))
      for (const [i, liar] of liars.entries()) disturb(word.rows[liar], sizes[i] ?? 0, word.random)
      const decoded = decodeRows(word.code, word.rows, word.random)
      if (decoded === undefined) {
        refused += 1
        return
      }
      const where = `n = ${n}, s = ${s}, liars ${liars}`
      assert.ok(errorOf(word, decoded) <= tolerance, `${where}: ${errorOf(word, decoded)}`)
      assert.deepEqual(decoded.leftOut, liars, where)
      // Small lies at badly conditioned sizes are left out, and nobody is sure whose they are.
      const bold = liars.filter((_, i) => (sizes[i] ?? 0) > 1)
      assert.ok(
        bold.every((liar) => decoded.liars.includes(liar)),
        where,
      )
      assert.ok(
        decoded.liars.every((liar) => liars.includes(liar)),
        where,
      )
    }),
    { seed: 1, numRuns: 700 },
  )
  assert.equal(refused, 0)
})

test('a giant beside a dwarf: one liar of 1e9 and one of 1e-3, wherever they are', () => {
  for (const [n, s] of sizes.filter(([, s]) => s >= 2))
    for (let distance = 1; distance < n; distance++) {
      const word = wordOf(n, s, distance)
      disturb(word.rows[0], 1e9, word.random)
      disturb(word.rows[distance], 1e-3, word.random)
      const decoded = decodeRows(word.code, word.rows, word.random)
      assert.ok(
        decoded !== undefined && errorOf(word, decoded) <= tolerance,
        `n = ${n}, s = ${s}, ${distance}`,
      )
      assert.deepEqual(decoded.leftOut, [0, distance])
    }
})

test('a giant of 1e15 beside s - 1 dwarfs of 1e-3', () => {
  for (const [n, s] of sizes.filter(([, s]) => s >= 2))
    for (let seed = 1; seed <= 20; seed++) {
      const word = wordOf(n, s, seed)
      const [giant = 0, ...dwarfs] = drawWorkers(n, s, seed % 2 === 0, word.random)
      disturb(word.rows[giant], 1e15, word.random)
      for (const dwarf of dwarfs) disturb(word.rows[dwarf], 1e-3, word.random)
      const decoded = decodeRows(word.code, word.rows, word.random)
      assert.ok(
        decoded !== undefined && errorOf(word, decoded) <= tolerance,
        `n = ${n}, s = ${s}, SEED=${seed}`,
      )
      assert.ok(decoded.liars.includes(giant))
    }
})

test('s liars whose lies their s honest neighbours explain as well, but for a few roundings, frame nobody', () => {
  let framed = 0
  for (const [n, s] of sizes.filter(([, s]) => s >= 4))
    for (let seed = 1; seed <= 60; seed++) {
      const word = wordOf(n, s, seed)
      const neighbours = Array.from({ length: 2 * s }, (_, i) => i)
      const columns = traces(word.code, neighbours)
      const unit = complexVector(2 * s)
      unit.re[s] = 1
      // What all 2s of them would have to say for a syndrome of 1: much, and the liars say their part of it.
      const large = leastSquares(columns, unit, 0)
      const length = norm(word.rows[0] ?? unit)
      const size = 10 ** (3 * word.random.uniform() - 1) * Number.EPSILON * word.code.gain * length
      const liars = neighbours.filter((i) => i % 2 === seed % 2)
      for (const liar of liars) {
        const row = word.rows[liar]
        row?.re.set([(row.re[0] ?? 0) + size * (large.re[liar] ?? 0)])
        row?.im.set([(row.im[0] ?? 0) + size * (large.im[liar] ?? 0)])
      }
      const decoded = decodeRows(word.code, word.rows, word.random)
      if (decoded === undefined) continue
      framed += decoded.leftOut.filter((one) => !liars.includes(one)).length
      assert.ok(errorOf(word, decoded) <= resolution)
      assert.deepEqual(
        decoded.liars.filter((one) => !liars.includes(one)),
        [],
        `n = ${n}, s = ${s}, SEED=${seed}`,
      )
    }
  assert.ok(framed > 0, 'no honest row was left out: the attack is none')
})

test('lies that drown in rounding do no harm that float32 could show, and no honest worker is named for them', () => {
  fc.assert(
    fc.property(anySize, fc.nat(), fc.boolean(), ([n, s], seed, areNeighbours) => {
      const word = wordOf(n, s, seed)
      const liars = drawWorkers(n, s, areNeighbours, word.random)
      for (const liar of liars)
        disturb(word.rows[liar], 10 ** (-16 + 10 * word.random.uniform()), word.random)
      const decoded = decodeRows(word.code, word.rows, word.random)
      if (decoded === undefined) return
      assert.ok(errorOf(word, decoded) <= resolution, `n = ${n}, s = ${s}: ${errorOf(word, decoded)}`)
      assert.deepEqual(
        decoded.liars.filter((one) => !liars.includes(one)),
        [],
      )
    }),
    { seed: 2, numRuns: 700 },
  )
})

test('s liars beside any number of absent workers: never a wrong mean, though perhaps none', () => {
  let decodedOften = 0
  fc.assert(
    fc.property(anySize, fc.nat(), ([n, s], seed) => {
      const word = wordOf(n, s, seed)
      const liars = drawWorkers(n, s, seed % 2 === 0, word.random)
      for (const liar of liars) disturb(word.rows[liar], 10 ** (-3 + 9 * word.random.uniform()), word.random)
      const absent = drawWorkers(n, word.random.below(s + 2), false, word.random)
      const rows = word.rows.map((row, i) => (absent.includes(i) ? undefined : row))
      const decoded = decodeRows(word.code, rows, word.random)
      const amiss = new Set([...absent, ...liars]).size
      if (amiss <= s) assert.ok(decoded !== undefined, `${amiss} of ${n} amiss, s = ${s}`)
      if (decoded === undefined) return
      decodedOften += 1
      assert.ok(errorOf(word, decoded) <= tolerance)
    }),
    { seed: 3, numRuns: 500 },
  )
  assert.ok(decodedOften > 50, `${decodedOften}`)
})

test('rows that are infinite, immense or empty are left out before anything is computed from them', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0]) {
    const word = wordOf(9, 2, 1)
    word.rows[3]?.re.fill(value)
    word.rows[4]?.im.fill(value)
    const decoded = decodeRows(word.code, word.rows, word.random)
    assert.ok(decoded !== undefined && errorOf(word, decoded) <= tolerance, String(value))
    assert.deepEqual(decoded.leftOut, [3, 4])
  }
})

test('s + 1 liars that do not collude are refused', () => {
  for (const [n, s] of sizes.filter(([n, s]) => n > 2 * s + 1))
    for (let seed = 1; seed <= 20; seed++) {
      const word = wordOf(n, s, seed)
      for (const liar of drawWorkers(n, s + 1, seed % 2 === 0, word.random))
        disturb(word.rows[liar], 10 ** (3 * word.random.uniform()), word.random)
      assert.equal(decodeRows(word.code, word.rows, word.random), undefined, `n = ${n}, s = ${s}, ${seed}`)
    }
})

test('s + 1 liars that hold one batch and claim the same of it are believed, and the honest holders are left out', () => {
  for (const [n, s] of sizes) {
    const word = wordOf(n, s, 1)
    const holders = Array.from({ length: 2 * s + 1 }, (_, j) => (n - j) % n)
    const colluders = holders.slice(0, s + 1)
    for (const liar of colluders) {
      const { re, im } = word.code.weights[(n - liar) % n] ?? { re: 0, im: 0 }
      // As if the gradient of batch 0 were greater by 5.
      const row = word.rows[liar]
      for (let k = 0; k < dimension; k++) {
        row?.re.set([(row.re[k] ?? 0) + 5 * re], k)
        row?.im.set([(row.im[k] ?? 0) + 5 * im], k)
      }
    }
    const decoded = decodeRows(word.code, word.rows, word.random)
    assert.ok(decoded !== undefined)
    assert.ok(Math.abs(errorOf(word, decoded) - 5 / n) <= tolerance, `n = ${n}, s = ${s}`)
    const honest = holders.filter((holder) => !colluders.includes(holder))
    assert.deepEqual(
      decoded.liars,
      honest.sort((a, b) => a - b),
    )
  }
})

test('without liars all workers count alike; a liar counts nothing', () => {
  const code = cyclicCode(11, 3)
  const all = decodingWeights(code, new Set())
  for (let i = 0; i < 11; i++) assert.ok(Math.abs((all.re[i] ?? 0) - 1 / Math.sqrt(11)) < 1e-15)
  const without = decodingWeights(code, new Set([2, 5]))
  assert.deepEqual([without.re[2], without.im[2], without.re[5], without.im[5]], [0, 0, 0, 0])
})

test('gradients that are all zero, one coordinate, and no liars to withstand at all', () => {
  const zero = cyclicCode(7, 2)
  const rows = Array.from({ length: 7 }, () =>
    encodeRow(
      zero,
      Array.from({ length: 5 }, () => new Float32Array(1)),
    ),
  )
  const random = seededRandom(1, 'zero')
  assert.deepEqual(decodeRows(zero, rows, random)?.mean, new Float64Array(1))
  const plain = cyclicCode(4, 0)
  const said = [1, 2, 3, 6].map((x) => encodeRow(plain, [Float32Array.of(x)]))
  assert.ok(Math.abs((decodeRows(plain, said, random)?.mean[0] ?? 0) - 3) < 1e-15)
})
