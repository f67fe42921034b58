import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { garSentences } from '../../src/gar/errors.ts'
import type { Given } from '../../src/gar/gar.ts'
import type { Kernels } from '../../src/gar/kernels/kernels.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { radius } from '../../src/gar/spread.ts'
import { CodedError } from '../../src/util/coded-error.ts'
import { vectorsOf } from './helpers.ts'

const five = vectorsOf([[1], [2], [3], [4], [5]])
const badRow = (value: number) =>
  vectorsOf([
    [1, 2],
    [3, value],
    [5, 6],
  ])

/** What is given, and the whole record that is thrown. */
const refusals: [what: string, rule: string, vectors: Float32Array[], f: number, problem: object][] = [
  ['a negative f', 'trmean', five, -1, { code: 'GAR_BAD_F', f: -1 }],
  ['half an f', 'trmean', five, 0.5, { code: 'GAR_BAD_F', f: 0.5 }],
  ['an f that is no number', 'trmean', five, Number.NaN, { code: 'GAR_BAD_F', f: Number.NaN }],
  ['no vectors', 'trmean', [], 1, { code: 'GAR_NO_VECTORS' }],
  ['vectors without coordinates', 'trmean', vectorsOf([[], [], []]), 1, { code: 'GAR_EMPTY_VECTORS' }],
  [
    'vectors of unequal lengths',
    'median',
    vectorsOf([[1, 2], [3, 4], [5]]),
    1,
    { code: 'GAR_UNEQUAL_LENGTHS', position: 2, length: 1, expected: 2 },
  ],
  ...[Number.NaN, Infinity, -Infinity].map((value): (typeof refusals)[number] => [
    `a coordinate that is ${value}`,
    'nnm>trmean',
    badRow(value),
    1,
    { code: 'GAR_NOT_FINITE', position: 1, coordinate: 1, value },
  ]),
  [
    'too few vectors for f',
    'krum',
    five,
    2,
    { code: 'GAR_TOO_FEW_VECTORS', rule: 'krum', n: 5, f: 2, bound: 'n >= 2f+3', smallestN: 7, largestF: 1 },
  ],
  [
    'too few vectors for any f',
    'krum',
    five.slice(0, 2),
    2,
    { code: 'GAR_TOO_FEW_VECTORS', rule: 'krum', n: 2, f: 2, bound: 'n >= 2f+3', smallestN: 7 },
  ],
  [
    'liars to an average',
    'average',
    five,
    1,
    { code: 'GAR_TOO_FEW_VECTORS', rule: 'average', n: 5, f: 1, bound: 'f = 0', largestF: 0 },
  ],
  [
    'more subsets than it takes on',
    'mva',
    Array.from({ length: 30 }, () => Float32Array.of(1)),
    14,
    { code: 'GAR_TOO_MANY_SUBSETS', rule: 'mva', n: 30, f: 14, subsets: 145422675, limit: 10000000 },
  ],
  [
    'more subsets than it takes on of the groups that come before',
    'bucketing:s=2>smea',
    Array.from({ length: 48 }, () => Float32Array.of(1)),
    11,
    { code: 'GAR_TOO_MANY_SUBSETS', rule: 'smea', n: 24, f: 11, subsets: 2496144, limit: 113791 },
  ],
  [
    'few subsets that are each too large',
    'smea',
    Array.from({ length: 200 }, () => Float32Array.of(1)),
    1,
    { code: 'GAR_TOO_MANY_SUBSETS', rule: 'smea', n: 200, f: 1, subsets: 200, limit: 31 },
  ],
  ['not to know whose it is', 'monna', five, 1, { code: 'GAR_NOT_GIVEN', rule: 'monna', what: 'own' }],
  [
    'to start from a vector of one that it does not know',
    'centeredclipping:m0=own',
    five,
    1,
    { code: 'GAR_NOT_GIVEN', rule: 'centeredclipping', what: 'own' },
  ],
  [
    'a position that there is not',
    'monna:idx=5',
    five,
    1,
    { code: 'GAR_BAD_GIVEN', what: 'idx', fits: 'a position from 0 to 4' },
  ],
  [
    'to know nothing of holes',
    'median-nan',
    five,
    1,
    { code: 'GAR_NOT_GIVEN', rule: 'median-nan', what: 'valid' },
  ],
  [
    'to draw without chance',
    'caf:powerIters=1',
    five,
    1,
    { code: 'GAR_NOT_GIVEN', rule: 'caf:powerIters=1', what: 'random' },
  ],
  [
    'to draw without chance',
    'smea-power1',
    five,
    1,
    { code: 'GAR_NOT_GIVEN', rule: 'smea-power1', what: 'random' },
  ],
]

describe('before anything is computed', () => {
  for (const [what, rule, vectors, f, problem] of refusals) {
    it(`${rule} refuses ${what}`, () => {
      const error = thrownBy(() => parseRule(rule).aggregate(vectors, f))
      assert.deepEqual(error.problem, problem)
      assert.ok(error.message.startsWith(`${error.code}: `))
    })
  }

  it('names the rule, n, f, the bound and both ways out', () => {
    const error = thrownBy(() => parseRule('krum').aggregate(five, 2))
    assert.equal(
      error.message,
      'GAR_TOO_FEW_VECTORS: krum needs n >= 2f+3, and here n = 5, f = 2: give at least 7 vectors, or declare f = 1 or less',
    )
    const average = thrownBy(() => parseRule('average').aggregate(five, 1))
    assert.equal(
      average.message,
      'GAR_TOO_FEW_VECTORS: average needs f = 0, and here n = 5, f = 1: declare f = 0',
    )
  })

  it('accepts the largest finite numbers, subnormal ones and both zeros', () => {
    const extremes = vectorsOf([
      [3.4e38, 1e-45],
      [-3.4e38, -0],
      [3.4e38, 0],
    ])
    for (const rule of ['trmean', 'median', 'krum:neighbors=n-f-1', 'mda', 'nnm>trmean']) {
      assert.ok(parseRule(rule).aggregate(extremes, 1).every(Number.isFinite), rule)
    }
  })

  it('finds a bad coordinate in a view that starts inside its buffer', () => {
    const memory = Float32Array.of(Number.NaN, 1, 2, Number.NaN)
    const view = memory.subarray(1, 3)
    assert.deepEqual([...parseRule('average').aggregate([view], 0)], [1, 2])
    assert.throws(() => parseRule('average').aggregate([memory.subarray(1)], 0), { code: 'GAR_NOT_FINITE' })
  })
})

describe('what is given besides vectors', () => {
  const refused: [what: string, rule: string, given: Given, problem: object][] = [
    ['an own position beyond the last', 'monna', { own: 5 }, { code: 'GAR_BAD_GIVEN', what: 'own' }],
    ['half an own position', 'monna', { own: 0.5 }, { code: 'GAR_BAD_GIVEN', what: 'own' }],
    ['too few bitmaps', 'average-nan', { valid: [new Uint8Array(1)] }, { code: 'GAR_BAD_GIVEN' }],
    ['short bitmaps', 'average-nan', { valid: five.map(() => new Uint8Array(0)) }, { code: 'GAR_BAD_GIVEN' }],
    [
      'a start of another length',
      'centeredclipping',
      { start: Float32Array.of(1, 2) },
      { code: 'GAR_BAD_GIVEN', what: 'start', fits: 'a Float32Array of 1 finite numbers' },
    ],
    [
      'a start that is not finite',
      'centeredclipping',
      { start: Float32Array.of(Number.NaN) },
      { code: 'GAR_BAD_GIVEN', what: 'start' },
    ],
    ['an own vector lost in a group', 'bucketing:s=1>monna', { own: 0 }, { code: 'GAR_NOT_GIVEN' }],
  ]
  for (const [what, rule, given, problem] of refused) {
    it(`${rule} refuses ${what}`, () => {
      const error = thrownBy(() => parseRule(rule).aggregate(five, 0, given))
      assert.deepEqual({ ...error.problem, ...problem }, error.problem)
    })
  }

  it('and vectors are refused where they are no Float32Array, by whoever calls without types', () => {
    const rule = parseRule('centeredclipping')
    for (const other of [[1], Float64Array.of(1), undefined] as unknown[] as Float32Array[]) {
      const error = thrownBy(() => rule.aggregate([...five.slice(1), other], 1))
      assert.deepEqual(error.problem, { code: 'GAR_WRONG_ARRAY', position: 4 })
      if (other !== undefined)
        assert.throws(() => rule.aggregate(five, 1, { start: other }), { code: 'GAR_BAD_GIVEN' })
    }
  })

  it('is nothing to a rule that does not take it', () => {
    const given = { start: Float32Array.of(7), valid: five.map(() => Uint8Array.of(0)) }
    for (const rule of ['krum', 'median', 'nnm>trmean', 'geomed'])
      assert.deepEqual(parseRule(rule).aggregate(five, 1, given), parseRule(rule).aggregate(five, 1))
  })

  it('may be anything where there is a hole, and must be finite where there is none', () => {
    const vectors = vectorsOf([
      [1, Number.NaN, 3],
      [Infinity, 5, Number.NaN],
      [7, 8, -Infinity],
    ])
    const there = [0b101, 0b010, 0b011].map((bits) => Uint8Array.of(bits))
    const means = parseRule('average-nan').aggregate(vectors, 0, { valid: there })
    assert.deepEqual([...means], [4, 6.5, 3])
    assert.deepEqual(
      [...parseRule('median-nan:even=lower').aggregate(vectors, 1, { valid: there })],
      [1, 5, 3],
    )
    const lost = [0, 0b010, 0b010].map((bits) => Uint8Array.of(bits))
    assert.deepEqual([...parseRule('average-nan').aggregate(vectors, 0, { valid: lost })], [0, 6.5, 0])
    const wrong = [0b101, 0b011, 0b011].map((bits) => Uint8Array.of(bits))
    for (const rule of ['average-nan', 'median-nan'])
      assert.deepEqual(thrownBy(() => parseRule(rule).aggregate(vectors, 0, { valid: wrong })).problem, {
        code: 'GAR_NOT_FINITE',
        position: 1,
        coordinate: 0,
        value: Infinity,
      })
  })
})

it('the result goes to a vector that is given for it, with the same bits, and to none that does not fit', () => {
  for (const rule of ['median', 'krum', 'nnm>trmean']) {
    const { aggregate } = parseRule(rule)
    const into = Float32Array.of(7)
    assert.equal(aggregate(five, 1, {}, into), into)
    assert.deepEqual(into, aggregate(five, 1))
    for (const unfit of [new Float32Array(2), five[4]])
      assert.throws(() => aggregate(five, 1, {}, unfit), { code: 'GAR_BAD_RESULT' })
  }
})

it('every code of the module is thrown by a test of it', () => {
  const byInput = refusals.map(([, , , , problem]) => (problem as { code: string }).code)
  const byResult = thrownBy(() => parseRule('median').aggregate(five, 1, {}, five[0])).code
  const byRadius = thrownBy(() => radius(Float32Array.of(0), five, 6)).code
  // As if a NaN had been there when the kernels looked, and was gone when the message was made.
  const changing: Kernels = { name: 'reference', reduce: () => false, combine: () => false }
  const byChange = thrownBy(() => parseRule('median').using(changing)(five, 1)).code
  const byGrammar = ['x', 'nnm', 'krum:x=1', 'median:even=lower,even=lower', 'median:even=x'].map(
    (text) => thrownBy(() => parseRule(text)).code,
  )
  const byGiven = thrownBy(() => parseRule('monna').aggregate(five, 1, { own: 9 })).code
  const byArray = thrownBy(() => parseRule('median').aggregate([[1]] as unknown as Float32Array[], 0)).code
  const thrown = new Set([...byInput, byArray, byGiven, byResult, byRadius, ...byGrammar, byChange])
  // This one needs an engine without WebAssembly SIMD.
  const codes = Object.keys(garSentences).filter((code) => code !== 'GAR_NO_SIMD')
  assert.deepEqual([...thrown].sort(), codes.sort())
})

function thrownBy(run: () => unknown): CodedError {
  try {
    run()
  } catch (error) {
    if (error instanceof CodedError) return error
    throw error
  }
  assert.fail('nothing was thrown')
}
