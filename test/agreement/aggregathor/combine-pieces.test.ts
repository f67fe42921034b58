/** Of how many liars the rule is told when vectors are missing, and that it is the authors' bound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { combinePieces, liarsAmong } from '../../../src/agreement/aggregathor/combine-pieces.ts'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { f32 } from '../../../src/mesh/codec.ts'
import { simulate } from '../../../src/sim/world.ts'
import { seededRandom } from '../../../src/util/prng.ts'

const rulesWithBounds = [
  'median',
  'trmean',
  'krum',
  'multikrum',
  'bulyan',
  'bulyan-multikrum',
  'nnm>trmean',
  'midpoint',
]

test('the rule is told of f liars while it can do with them, and never of fewer than may be among those that came', () => {
  for (const text of rulesWithBounds) {
    const rule = parseAgreementRule(text)
    for (let f = 0; f <= 8; f++)
      for (let n = rule.minimum(f); n <= rule.minimum(f) + 3; n++)
        for (let missing = 0; missing <= f; missing++) {
          const liars = liarsAmong(n - missing, rule, f)
          const where = `${text}: n = ${n}, f = ${f}, ${missing} missing, told of ${liars}`
          assert.ok(liars >= f - missing && liars <= f, where)
          assert.ok(rule.minimum(liars) <= n - missing, where)
          assert.ok(liars === f || rule.minimum(liars + 1) > n - missing, where)
        }
  }
})

test('a rule with a fixed number of neighbours gives way to trimmed mean, told of as many liars as that can do with', () => {
  const rule = parseAgreementRule('multikrum:neighbors=9')
  assert.equal(rule.minimum(2), 10)
  assert.equal(liarsAmong(10, rule, 2), 2)
  assert.equal(liarsAmong(9, rule, 2), 2)
  assert.equal(liarsAmong(4, rule, 2), 1)
})

/** As the authors' code has it: n and f stay, and a vector that is missing is infinitely far from all others. */
function multiKrumOverNaN(vectors: readonly (Float32Array | undefined)[], f: number): Float32Array {
  const n = vectors.length
  const m = n - f - 2
  const scores = vectors.map((one, i) =>
    vectors
      .filter((_, j) => j !== i)
      .map((other) =>
        one === undefined || other === undefined
          ? Number.POSITIVE_INFINITY
          : one.reduce((sum, x, k) => sum + (x - (other[k] ?? 0)) ** 2, 0),
      )
      .sort((a, b) => a - b)
      .slice(0, m)
      .reduce((sum, x) => sum + x, 0),
  )
  const best = [...scores.keys()]
    .sort((i, j) => (scores[i] ?? 0) - (scores[j] ?? 0) || i - j)
    .slice(0, m)
    .sort((i, j) => i - j)
  const d = vectors.find((one) => one !== undefined)?.length ?? 0
  return Float32Array.from(
    { length: d },
    (_, k) => best.reduce((sum, i) => sum + (vectors[i]?.[k] ?? Number.NaN), 0) / m,
  )
}

test("to leave out the missing and tell Multi-Krum of f less them is what the authors' infinite distances do", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3),
      fc.nat(4),
      fc.nat(1e6),
      (f, more, missing, seed) => {
        const n = 2 * f + 3 + more
        const random = seededRandom(seed)
        const vectors = Array.from({ length: n }, (_, i) =>
          (i + seed) % n < Math.min(missing, f)
            ? undefined
            : Float32Array.from({ length: 3 }, () => random.normal()),
        )
        const there = vectors.filter((one) => one !== undefined)
        const ours = parseAgreementRule('multikrum').aggregate(there, f - (n - there.length))
        for (const [k, x] of multiKrumOverNaN(vectors, f).entries())
          assert.ok(Math.abs(x - (ours[k] ?? Number.NaN)) < 1e-5, `seed ${seed}`)
      },
    ),
  )
})

const [mesh] = simulate({
  n: 1,
  seed: 1,
  describe: () => () => ({ maxBytes: 8, codec: f32(2), audience: 'all' }),
}).meshes
const options = (n: number, f: number) => ({
  rule: parseAgreementRule('median'),
  ...{ n, f, step: 1, start: new Float32Array(4) },
})
const heard = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => ({ peer: `p${i}`, value: new Float32Array(length).fill(i + 1) }))

test('coordinates of which more than f are missing stay as they are; where all are such, there is no step', async () => {
  assert.ok(mesh)
  const pieces = [
    { from: 0, to: 1, heard: heard(5, 1) },
    { from: 1, to: 3, heard: heard(3, 2) },
    { from: 3, to: 4, heard: heard(2, 1) },
  ]
  const direction = await combinePieces(mesh, pieces, options(5, 2))
  assert.deepEqual(direction, { vector: Float32Array.of(3, 2, 2, 0), isFallback: false })
  assert.equal(await combinePieces(mesh, pieces.slice(2), options(5, 2)), undefined)
  assert.equal(await combinePieces(mesh, [{ from: 0, to: 4, heard: [] }], options(1, 1)), undefined)
})

test('as many lies among those that came as the rule is told of leave each coordinate within the honest values', async () => {
  assert.ok(mesh)
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed)
    // Of 19 workers with f = 8 six are missing; the median then is told of 6 liars among 13.
    const value = (i: number) =>
      Float32Array.from({ length: 4 }, () => (i < 6 ? 1e6 * random.normal() : random.normal()))
    const pieces = [
      { from: 0, to: 4, heard: Array.from({ length: 13 }, (_, i) => ({ peer: `p${i}`, value: value(i) })) },
    ]
    assert.equal(liarsAmong(13, parseAgreementRule('median'), 8), 6)
    const direction = await combinePieces(mesh, pieces, options(19, 8))
    for (const [k, x] of (direction?.vector ?? new Float32Array(1).fill(Number.NaN)).entries()) {
      const honest = (pieces[0]?.heard ?? []).slice(6).map(({ value }) => value[k] ?? 0)
      assert.ok(x >= Math.min(...honest) && x <= Math.max(...honest), `seed ${seed}`)
    }
  }
})
