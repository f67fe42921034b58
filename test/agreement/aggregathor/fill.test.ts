/**
 * The three ways with gaps, against what they are said to be. Published code had three defects that these and chunks.test.ts
 * rule out: NaN was written as bytes, so gaps were zeros (`nan: ...`); what was said before was never kept, so `stale` filled with
 * zeros too (`stale: ...`); and fills were placed by a running count, over good data (`a chunk that came is not written over ...`).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Arrival, type Chunking, chunkCount, rangeOf } from '../../../src/agreement/aggregathor/chunks.ts'
import { type Arrivals, fillOf, fills } from '../../../src/agreement/aggregathor/fill.ts'
import { firstPass } from '../../../src/agreement/aggregathor/first-pass.ts'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { rules } from '../../../src/gar/rules.ts'

/** For each worker of a step, which of its chunks came. */
type Came = readonly (readonly boolean[])[]

const workers = 5
const chunkings: fc.Arbitrary<Chunking> = fc.record({
  dimension: fc.integer({ min: 1, max: 20 }),
  length: fc.integer({ min: 1, max: 5 }),
})
const steps = chunkings.chain((chunking) => {
  const bits = fc.array(fc.boolean(), { minLength: chunkCount(chunking), maxLength: chunkCount(chunking) })
  const came: fc.Arbitrary<Came> = fc.array(bits, { minLength: workers, maxLength: workers })
  return fc.record({
    chunking: fc.constant(chunking),
    history: fc.array(came, { minLength: 1, maxLength: 6 }),
  })
})

/** What worker i says at coordinate k in a step: nowhere the same. */
const said = (step: number, i: number, k: number) => 10_000 * step + 100 * i + k

function arrivalsOf(chunking: Chunking, step: number, came: Came): Arrivals {
  return came.flatMap((bits, i) => {
    const arrival = new Arrival(chunking)
    for (const [part, has] of bits.entries()) {
      const { from, to } = rangeOf(chunking, part)
      if (has)
        arrival.take(
          part,
          Float32Array.from({ length: to - from }, (_, at) => said(step, i, from + at)),
        )
    }
    // Of whom nothing came, the server does not know.
    return arrival.count === 0 ? [] : [[`p${i}`, arrival] as const]
  })
}

const partOf = ({ length }: Chunking, k: number) => Math.floor(k / length)

test('whatever the policy, pieces hold each coordinate once, and of it the values of its own place', () => {
  fc.assert(
    fc.property(
      steps,
      fc.constantFrom(...fills),
      fc.boolean(),
      ({ chunking, history }, policy, byCoordinate) => {
        const fill = fillOf(policy, byCoordinate, chunking)
        for (const [step, came] of history.entries()) {
          const pieces = fill(arrivalsOf(chunking, step, came))
          let at = 0
          for (const { from, to, heard } of pieces) {
            assert.equal(from, at)
            at = to
            for (const { peer, value } of heard) {
              assert.equal(value.length, to - from)
              for (const [i, x] of value.entries()) {
                assert.equal(x % 100, from + i)
                assert.equal(`p${Math.floor(x / 100) % 100}`, peer)
              }
            }
          }
          assert.equal(at, chunking.dimension)
        }
      },
    ),
  )
})

test('nan: a coordinate has the values of exactly those whose chunk came', () => {
  fc.assert(
    fc.property(steps, ({ chunking, history }) => {
      const fill = fillOf('nan', true, chunking)
      for (const [step, came] of history.entries())
        for (const { from, to, heard } of fill(arrivalsOf(chunking, step, came)))
          for (let k = from; k < to; k++) {
            const expected = came.flatMap((bits, i) => (bits[partOf(chunking, k)] ? [said(step, i, k)] : []))
            assert.deepEqual(
              heard.map(({ value }) => value[k - from]),
              expected,
            )
          }
    }),
  )
})

test('nan with the median is median-nan over the bitmaps, to the bit', () => {
  fc.assert(
    fc.property(steps, ({ chunking, history: [came = []] }) => {
      const { dimension } = chunking
      const arrivals = arrivalsOf(chunking, 1, came)
      const median = parseAgreementRule('median')
      const result = new Float32Array(dimension)
      for (const { from, heard } of fillOf('nan', true, chunking)(arrivals))
        if (heard.length > 0)
          result.set(
            median.aggregate(
              heard.map(({ value }) => value),
              0,
            ),
            from,
          )
      if (arrivals.length === 0) return
      const valid = arrivals.map(([, arrival]) => {
        const bitmap = new Uint8Array(Math.ceil(dimension / 8))
        for (let k = 0; k < dimension; k++)
          if (arrival.has(partOf(chunking, k))) bitmap[k >> 3] = (bitmap[k >> 3] ?? 0) | (1 << (k & 7))
        return bitmap
      })
      const holed = arrivals.map(([, arrival]) =>
        arrival.values.map((x, k) => (arrival.has(partOf(chunking, k)) ? x : Number.NaN)),
      )
      assert.deepEqual(result, parseRule('median-nan').aggregate(holed, 0, { valid }))
    }),
  )
})

test('stale: a gap holds what that worker last said there, of whatever step, and who never said it all is absent', () => {
  fc.assert(
    fc.property(steps, ({ chunking, history }) => {
      const fill = fillOf('stale', false, chunking)
      for (const [step, came] of history.entries()) {
        const [{ heard } = { heard: [] }] = fill(arrivalsOf(chunking, step, came))
        const expected = came.flatMap((bits, i) => {
          if (!bits.includes(true)) return []
          const lastStep = (k: number) =>
            history.slice(0, step + 1).findLastIndex((of) => of[i]?.[partOf(chunking, k)] === true)
          const at = Array.from({ length: chunking.dimension }, (_, k) => lastStep(k))
          if (at.includes(-1)) return []
          return [{ peer: `p${i}`, value: Float32Array.from(at, (of, k) => said(of, i, k)) }]
        })
        assert.deepEqual(heard, expected)
      }
    }),
  )
})

test('drop-vector, and nan with a rule over distances: the vectors that came whole', () => {
  fc.assert(
    fc.property(steps, ({ chunking, history: [came = []] }) => {
      const arrivals = arrivalsOf(chunking, 1, came)
      const whole = came.flatMap((bits, i) => (bits.every(Boolean) ? [`p${i}`] : []))
      for (const [policy, byCoordinate] of [
        ['drop-vector', false],
        ['drop-vector', true],
        ['nan', false],
      ] as const) {
        const pieces = fillOf(policy, byCoordinate, chunking)(arrivals)
        assert.deepEqual(
          pieces.map(({ heard }) => heard.map(({ peer }) => peer)),
          [whole],
        )
      }
    }),
  )
})

test('the rules that work coordinate by coordinate are those that ask for no sums', () => {
  const single = [...rules].flatMap(([name, row]) => (row.kind === 'rule' && name !== 'monna' ? [name] : []))
  const texts = [
    ...single.filter((name) => !name.endsWith('-nan')),
    'midpoint',
    'nnm>trmean',
    'bucketing>median',
  ]
  const found = texts.filter((text) => firstPass(parseAgreementRule(text), 19, 0) === 'nothing')
  assert.deepEqual(found.sort(), [
    'average',
    'bucketing>median',
    'meamed',
    'median',
    'midpoint',
    'phocas',
    'trmean',
  ])
})
