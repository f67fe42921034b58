import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AggregateOptions, aggregate, pipelineOf } from '../../src/gar/aggregate.ts'
import { explain } from '../../src/gar/explain.ts'
import { parseMixer, parseRule } from '../../src/gar/pipeline.ts'
import { bits, normalVectors } from './helpers.ts'

const vectors = normalVectors(1, 9, 5)

describe('options of a rule', () => {
  const same: [options: AggregateOptions, text: string][] = [
    [{ rule: 'krum', f: 2, params: { neighbors: 'n-f-1' } }, 'krum:neighbors=n-f-1'],
    [
      { rule: 'krum', f: 2, params: { neighbors: 3, distance: 'euclidean' } },
      'krum:neighbors=3,distance=euclidean',
    ],
    [{ rule: 'multikrum', f: 2, params: { m: 'n-f' } }, 'multikrum:m=n-f'],
    [{ rule: 'nnm>trmean', f: 2 }, 'nnm>trmean'],
    [
      { rule: 'arc>nnm>geomed', f: 2, params: { init: 'zero', nu: 1e-7, T: 3 } },
      'arc>nnm>geomed:init=zero,nu=1e-7,T=3',
    ],
    [{ rule: 'bucketing:s=3>median', f: 1 }, 'bucketing:s=3>median'],
    [{ rule: 'monna', f: 2, params: { idx: 4 } }, 'monna:idx=4'],
    [{ rule: 'smea-power1', f: 2, seed: 3 }, 'smea-power1'],
  ]
  for (const [options, text] of same)
    it(`${JSON.stringify(options)} is ${text}`, () => {
      assert.equal(pipelineOf(options).text, text)
      assert.equal(aggregate(vectors, options).length, 5)
    })

  it('are refused by the compiler where a rule does not have them, and by the rule all the same', () => {
    // @ts-expect-error krum has no m
    assert.throws(() => aggregate(vectors, { rule: 'krum', f: 2, params: { m: 3 } }), {
      code: 'GAR_UNKNOWN_PARAMETER',
    })
    // @ts-expect-error n-f-3 is no number of neighbours
    assert.throws(() => aggregate(vectors, { rule: 'krum', f: 2, params: { neighbors: 'n-f-3' } }), {
      code: 'GAR_BAD_VALUE',
    })
    // @ts-expect-error a trimmed mean has no parameters
    assert.throws(() => aggregate(vectors, { rule: 'trmean', f: 2, params: { even: 'lower' } }), {
      code: 'GAR_UNKNOWN_PARAMETER',
    })
    // @ts-expect-error nnm is no rule
    assert.throws(() => aggregate(vectors, { rule: 'nnm', f: 2 }), { code: 'GAR_WRONG_PLACE' })
  })

  it('with a seed draw the same again, and something else with another', () => {
    const drawn = (seed: number) => bits(aggregate(vectors, { rule: 'bucketing:s=2>trmean', f: 1, seed }))
    assert.deepEqual(drawn(1), drawn(1))
    assert.notDeepEqual(drawn(1), drawn(2))
  })

  it('start clipping where the last call ended: two calls of three iterations are one of six', () => {
    const params = { L: 3, tau: 0.5 }
    const once = aggregate(vectors, { rule: 'centeredclipping', f: 2, params })
    const twice = aggregate(vectors, { rule: 'centeredclipping', f: 2, params, start: once })
    const six = aggregate(vectors, { rule: 'centeredclipping', f: 2, params: { L: 6, tau: 0.5 } })
    for (const [k, value] of twice.entries()) assert.ok(Math.abs(value - (six[k] as number)) < 1e-6)
    assert.deepEqual(
      aggregate(vectors, { rule: 'centeredclipping', f: 2, params: { ...params, m0: 'zero' }, start: once }),
      once,
    )
  })
})

describe('an explanation', () => {
  const explained = [
    'krum',
    'nnm>multikrum',
    'mda',
    'geomed',
    'centeredclipping',
    'arc>cge',
    'bucketing:s=2>aksel',
  ] as const
  for (const rule of explained)
    it(`of ${rule} has the result to the bit, and shares of the inputs that make it`, () => {
      const options: AggregateOptions = { rule, f: 1, start: new Float32Array(5) }
      const { result, weights, kept, rule: text } = explain(vectors, options)
      assert.equal(text, parseRule(rule).text)
      assert.deepEqual(bits(result), bits(aggregate(vectors, options)))
      for (const [k, value] of result.entries()) {
        const sum = vectors.reduce(
          (total, vector, i) => total + (weights?.[i] ?? NaN) * (vector[k] as number),
          0,
        )
        assert.ok(Math.abs(sum - value) < 1e-6)
      }
      assert.deepEqual(
        kept,
        [...vectors.keys()].filter((i) => weights?.[i] !== 0),
      )
    })

  it('of Krum shows the scores, the least of them kept, and distances that are no squares', () => {
    const { scores, kept, measured } = explain(vectors, { rule: 'krum', f: 2 })
    const least = Math.min(...(scores ?? []))
    assert.deepEqual(kept, [scores?.indexOf(least)])
    assert.equal(measured.length, 1)
    const [x, y] = vectors as [Float32Array, Float32Array]
    const distance = Math.hypot(...x.map((value, k) => value - (y[k] as number)))
    assert.ok(Math.abs((measured[0]?.distances[1] as number) - distance) < 1e-6)
    assert.equal(measured[0]?.of, 'pairs')
  })

  it('of a pipeline says which distances are between rows that were made of the inputs', () => {
    const { measured } = explain(vectors, { rule: 'nnm>aksel', f: 1 })
    const rows = parseMixer('nnm')(vectors, 1)
    assert.deepEqual(
      measured.map(({ of, stage }) => [of, stage]),
      [
        ['pairs', 0],
        ['middle ranks', 1],
      ],
    )
    assert.equal(measured[1]?.distances.length, rows.length)
  })

  it('of a coordinate-wise rule has no shares', () => {
    for (const rule of ['trmean', 'bulyan', 'nnm>median'] as const) {
      const explanation = explain(vectors, { rule, f: 1 })
      assert.equal('weights' in explanation, false)
      assert.deepEqual(explanation.result, parseRule(rule).aggregate(vectors, 1))
    }
  })
})
