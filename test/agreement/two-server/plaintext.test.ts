/** What the servers compute on shares is what the rule makes of the vectors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { referenceRing } from '../../../src/agreement/two-server/ring/reference-ring.ts'
import { integerWeights, selectionOf } from '../../../src/agreement/two-server/selection.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { reduced } from '../../../src/gar/run.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { aggregateTogether } from './swarm.ts'

const dimension = 24
const selecting = [
  'krum',
  'multikrum',
  'mda',
  'mva',
  'smea',
  'nnm>multikrum',
  'nnm>mda',
  'bucketing:s=1>krum',
]
const weighing = ['caf', 'bucketing:s=1>caf', 'krum:distance=euclidean']

/** Vectors of very different lengths, the first f of them from liars of a kind that the seed chooses. */
function vectorsOf(n: number, f: number, seed: number): Float32Array[] {
  const random = seededRandom(seed, 'vectors')
  const scale = 10 ** (3 * random.uniform() - 2)
  const honest = Array.from({ length: n - f }, () => {
    return Float32Array.from({ length: dimension }, (_, k) => scale * (random.normal() + Math.sin(k)))
  })
  const mean = Float32Array.from({ length: dimension }, (_, k) =>
    honest.reduce((sum, vector) => sum + (vector[k] ?? 0) / honest.length, 0),
  )
  const kinds: readonly ((k: number) => number)[] = [
    (k) => -4 * (mean[k] ?? 0),
    (k) => (mean[k] ?? 0) + 0.3 * scale,
    () => 1e30,
    () => 0,
  ]
  const lie = kinds[random.below(kinds.length)] ?? (() => 0)
  const liars = Array.from({ length: f }, () => Float32Array.from(mean, (_, k) => lie(k)))
  return [...liars, ...honest]
}

/** As a worker does. */
function clipped(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector)
  return norm <= 64 ? vector : vector.map((x) => (x * 64) / norm)
}

function distanceOf(a: Float32Array | undefined, b: Float32Array | undefined): number {
  assert.ok(a && b)
  return Math.hypot(...a.map((x, k) => x - (b[k] ?? Number.NaN)))
}

for (const rule of [...selecting, ...weighing])
  seeded(
    `the result is that of ${rule} to 1e-4, whatever the vectors are`,
    async ({ seed, onTrace }) => {
      const [n, f] = [7 + (seed % 3), 2]
      const vectors = vectorsOf(n, f, seed).map(clipped)
      const { models } = await aggregateTogether({
        ...{ n, f, seed, rule, dimension, onTrace },
        gradients: vectors.map((vector) => () => vector),
      })
      // From zero, by one step at rate 0.2.
      const z = models[0]?.map((x) => x / -0.2)
      const plain = parseRule(rule).aggregate(vectors, f)
      const size = Math.max(1, Math.hypot(...plain))
      assert.ok(distanceOf(z, plain) <= 1e-4 * size, `${distanceOf(z, plain)} of ${size}`)
      for (const model of models.slice(1, n + 1)) assert.deepEqual(model, models[0])
    },
    { seeds: seedsUpTo(8) },
  )

test('the weights of a rule follow from distances alone, and give its result', () => {
  for (const text of [...selecting, ...weighing, 'geomed:init=mean', 'monna:idx=3'])
    for (let seed = 1; seed <= 20; seed++) {
      const vectors = vectorsOf(9, 2, seed).map(clipped)
      const rule = parseRule(text)
      const weights = selectionOf(reduced({ kind: 'squared-distances' }, { vectors }), { rule, f: 2 })
      const sum = Float32Array.from({ length: dimension }, (_, k) =>
        vectors.reduce((sum, vector, i) => sum + (weights[i] ?? 0) * (vector[k] ?? 0), 0),
      )
      const plain = rule.aggregate(vectors, 2)
      assert.ok(distanceOf(sum, plain) <= 1e-4 * Math.max(1, Math.hypot(...plain)), `${text} SEED=${seed}`)
    }
})

test('a rule that asks for coordinates, norms or medians is refused, and the message says which it is', () => {
  const distances = Float64Array.from({ length: 49 }, (_, at) => (Math.floor(at / 7) - (at % 7)) ** 2)
  for (const [text, asked] of [
    ['trmean', 'ranks'],
    ['median', 'ranks'],
    ['nnm>trmean', 'ranks'],
    ['bulyan', 'ranks'],
    ['cge', 'norms'],
    ['arc>krum', 'norms'],
    ['aksel', 'medians'],
    ['geomed', 'medians'],
  ] as const)
    assert.throws(
      () => selectionOf(distances, { rule: parseRule(text), f: 1 }),
      (error) =>
        isCoded(error, 'AGREEMENT_TWO_SERVER_COORDINATES') &&
        error.message.includes(text) &&
        error.message.includes(asked),
      text,
    )
})

test('weights that count alike are 0 and 1 over their number; others are rounded to 24 bits', () => {
  const third = integerWeights(Float64Array.of(0, 1 / 3, 1 / 3, 0, 1 / 3))
  assert.deepEqual(third, { numerators: Float64Array.of(0, 1, 1, 0, 1), divisor: 3 })
  const uneven = integerWeights(Float64Array.of(0.5, 0.3, 0.2))
  assert.equal(uneven.divisor, 2 ** 24)
  for (const [i, weight] of [0.5, 0.3, 0.2].entries())
    assert.ok(Math.abs((uneven.numerators[i] ?? 0) / uneven.divisor - weight) <= 2 ** -25)
})

test('the reference arithmetic gives the same bits as WebAssembly in the whole protocol', async () => {
  const options = { n: 5, f: 1, seed: 9, steps: 2 }
  const [fast, slow] = [
    await aggregateTogether(options),
    await aggregateTogether({ ...options, ring: referenceRing }),
  ]
  assert.deepEqual(slow.models, fast.models)
  assert.equal(slow.world.trace.hash, fast.world.trace.hash)
})
