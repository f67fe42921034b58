import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blocksOf, type VectorSource } from '../../src/aggregator/blocks.ts'
import { aggregateStream, type StreamOptions } from '../../src/aggregator/stream.ts'
import { aggregate, type RuleOptions } from '../../src/gar/aggregate.ts'
import { stripeLength } from '../../src/gar/kernels/kernels.ts'
import { bits, normalVectors } from '../gar/helpers.ts'
import { caseFor, everyRule } from './helpers.ts'

/** Cuts `vectors` at lengths that repeat, and counts the passes. */
function sourceOf(vectors: readonly Float32Array[], lengths: readonly number[]) {
  const d = vectors[0]?.length ?? 0
  const source = {
    n: vectors.length,
    d,
    passes: 0,
    async *blocks() {
      source.passes++
      for (let from = 0, i = 0; from < d; i++) {
        const to = from + (lengths[i % lengths.length] ?? d)
        yield vectors.map((vector) => vector.subarray(from, to))
        from = to
      }
    },
  }
  return source
}

async function collected(source: VectorSource, options: StreamOptions): Promise<Float32Array> {
  const result = new Float32Array(source.d)
  let from = 0
  for await (const block of aggregateStream(source, options)) {
    result.set(block, from)
    from += block.length
  }
  assert.equal(from, source.d)
  return result
}

const d = 3 * stripeLength + 1001

test('blocks have whole stripes, and the kernels are those that are named', async () => {
  const vectors = normalVectors(1, 5, 3000)
  const source = sourceOf(vectors, [1000])
  const options = { rule: 'nnm>trmean', f: 1 } as const
  for (const stripes of [0, -1, 0.5, Number.NaN])
    await assert.rejects(collected(source, { ...options, stripes }), { code: 'AGGREGATOR_BAD_STRIPES' })
  assert.equal(source.passes, 0)
  assert.deepEqual(
    bits(await collected(source, { ...options, kernels: 'reference' })),
    bits(aggregate(vectors, options)),
  )
})

/** Those that need more of the vectors than their sums. */
const notStreamed = ['average-nan', 'median-nan', 'smea-power1'] as const

for (const text of everyRule.filter((name) => !notStreamed.some((one) => one === name)))
  test(`${text}: a stream, however it is cut, gives the bits of aggregate`, async () => {
    const { vectors, f, given } = caseFor(text, d)
    const { own, start } = given()
    const options = { rule: text, f, own, start } as RuleOptions
    const expected = bits(aggregate(vectors, options))
    for (const lengths of [[d], [1, 777, 0, stripeLength - 1], [stripeLength]])
      for (const stripes of [1, 2])
        assert.deepEqual(
          bits(await collected(sourceOf(vectors, lengths), { ...options, stripes })),
          expected,
          `blocks of ${lengths}, ${stripes} stripes`,
        )
  })

test('the source is read as often as the documentation says', async () => {
  const vectors = normalVectors(1, 7, 100)
  const passesOf = async (options: RuleOptions) => {
    const source = sourceOf(vectors, [30])
    await collected(source, options)
    return source.passes
  }
  for (const rule of ['median', 'trmean', 'meamed', 'phocas'] as const)
    assert.equal(await passesOf({ rule, f: 1 }), 1, rule)
  for (const rule of ['krum', 'multikrum', 'mda', 'cge'] as const)
    assert.equal(await passesOf({ rule, f: 1 }), 2, rule)
  assert.equal(await passesOf({ rule: 'nnm>trmean', f: 1 }), 2)
  assert.equal(await passesOf({ rule: 'arc>nnm>krum', f: 1 }), 4)
  assert.equal(await passesOf({ rule: 'geomed', f: 1, params: { T: 3, nu: 0.1 } }), 4)
})

test('nothing is read before the first block is asked for, and a stream may be left early', async () => {
  const source = sourceOf(normalVectors(1, 3, 4 * stripeLength), [stripeLength])
  const stream = aggregateStream(source, { rule: 'median', f: 1, stripes: 1 })
  assert.equal(source.passes, 0)
  assert.equal((await stream.next()).value?.length, stripeLength)
  await stream.return()
  assert.equal(source.passes, 1)
})

test('blocks are cut and put together without loss, in any lengths', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }).filter((lengths) => lengths.some((one) => one > 0)),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 12 }),
      async (lengths, coordinates, length) => {
        const vectors = normalVectors(1, 2, coordinates)
        const found = vectors.map(() => [] as number[])
        for await (const { rows, from } of blocksOf(sourceOf(vectors, lengths), length)) {
          assert.equal(from, found[0]?.length)
          assert.equal(rows[0]?.length, Math.min(length, coordinates - from))
          for (const [i, row] of rows.entries()) found[i]?.push(...row)
        }
        assert.deepEqual(
          found,
          vectors.map((vector) => [...vector]),
        )
      },
    ),
  ))

test('a source that does not give what it announces is refused', async () => {
  const source = (rows: readonly Float32Array[]): VectorSource => ({
    n: 3,
    d: 5,
    async *blocks() {
      yield rows
    },
  })
  const refused: [number[], string][] = [
    [[5, 5], 'AGGREGATOR_BAD_BLOCK'],
    [[5, 5, 4], 'AGGREGATOR_RAGGED_BLOCK'],
    [[4, 4, 4], 'AGGREGATOR_WRONG_LENGTH'],
    [[6, 6, 6], 'AGGREGATOR_WRONG_LENGTH'],
  ]
  for (const [lengths, code] of refused)
    await assert.rejects(
      collected(source(lengths.map((length) => new Float32Array(length))), { rule: 'median', f: 1 }),
      { code },
    )
})

test('a value that is not finite is named with its place in the whole vector', async () => {
  const vectors = normalVectors(1, 5, d)
  vectors[3]?.fill(Number.NaN, 2 * stripeLength + 7, 2 * stripeLength + 8)
  const problem = { code: 'GAR_NOT_FINITE', position: 3, coordinate: 2 * stripeLength + 7, value: Number.NaN }
  for (const rule of ['median', 'krum'] as const)
    await assert.rejects(collected(sourceOf(vectors, [500]), { rule, f: 1, stripes: 1 }), { problem })
})

test('sizes that the rule does not admit, holes and drawn directions are refused before anything is read', async () => {
  const source = sourceOf(normalVectors(1, 3, 10), [5])
  await assert.rejects(collected(source, { rule: 'krum', f: 1 }), { code: 'GAR_TOO_FEW_VECTORS' })
  for (const rule of notStreamed)
    await assert.rejects(collected(source, { rule, f: 0 }), { code: 'GAR_NOT_GIVEN' })
  assert.equal(source.passes, 0)
})
