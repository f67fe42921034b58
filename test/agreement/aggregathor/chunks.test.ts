/** Which chunks came: what is missing is the complement of that, exactly, and what came is never written over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  Arrival,
  type Chunking,
  chunkCount,
  filledFrom,
  rangeOf,
} from '../../../src/agreement/aggregathor/chunks.ts'

const chunkings: fc.Arbitrary<Chunking> = fc.record({
  dimension: fc.integer({ min: 1, max: 60 }),
  length: fc.integer({ min: 1, max: 13 }),
})
/** Chunks in the order in which they come: some, none, or all, and some of them twice. */
const lossy = chunkings.chain((chunking) =>
  fc.record({
    chunking: fc.constant(chunking),
    order: fc.array(fc.nat(chunkCount(chunking) - 1), { maxLength: 2 * chunkCount(chunking) }),
  }),
)

/** What a vector that holds `first`, `first` + 1, ... has in a chunk. */
function chunkOf(chunking: Chunking, part: number, first: number): Float32Array {
  const { from, to } = rangeOf(chunking, part)
  return Float32Array.from({ length: to - from }, (_, i) => first + from + i)
}

function arrivalOf(chunking: Chunking, order: readonly number[], first: number): Arrival {
  const arrival = new Arrival(chunking)
  for (const part of order) arrival.take(part, chunkOf(chunking, part, first))
  return arrival
}

function coordinatesIn(chunking: Chunking, parts: readonly number[]): number[] {
  return parts.flatMap((part) => {
    const { from, to } = rangeOf(chunking, part)
    return Array.from({ length: to - from }, (_, i) => from + i)
  })
}

test('chunks tile the vector: each coordinate lies in exactly one', () => {
  fc.assert(
    fc.property(chunkings, (chunking) => {
      const parts = Array.from({ length: chunkCount(chunking) }, (_, part) => part)
      const all = Array.from({ length: chunking.dimension }, (_, k) => k)
      assert.deepEqual(coordinatesIn(chunking, parts), all)
      assert.deepEqual(coordinatesIn(chunking, [parts.length, parts.length + 7]), [])
    }),
  )
})

test('lost ranges are exactly the complement of what came, in whatever order it came', () => {
  fc.assert(
    fc.property(lossy, ({ chunking, order }) => {
      const arrival = arrivalOf(chunking, order, 1)
      const came = new Set(coordinatesIn(chunking, order))
      const lost = Array.from({ length: chunking.dimension }, (_, k) => k).filter((k) => !came.has(k))
      assert.deepEqual(coordinatesIn(chunking, arrival.missing()), lost)
      assert.equal(arrival.count, new Set(order).size)
      assert.equal(arrival.isWhole, lost.length === 0)
      // Every value is at its own place, also behind a gap.
      for (const k of came) assert.equal(arrival.values[k], 1 + k)
    }),
  )
})

test('a chunk that came is not written over, by a second one or by filling', () => {
  fc.assert(
    fc.property(lossy, lossy, ({ chunking, order }, other) => {
      const older = other.order.filter((part) => part < chunkCount(chunking))
      const before = arrivalOf(chunking, older, 1000)
      const arrival = arrivalOf(chunking, order, 1)
      for (const part of order) arrival.take(part, chunkOf(chunking, part, 5000))
      const values = arrival.values.slice()
      const filled = filledFrom(arrival, before)
      for (const k of coordinatesIn(chunking, order)) assert.equal(filled.values[k], 1 + k)
      assert.deepEqual(arrival.values, values, 'the newer one is not changed')
      assert.deepEqual(before.values, arrivalOf(chunking, older, 1000).values, 'nor the older one')
    }),
  )
})

test('a gap is filled with what was said there before, and stays a gap where nothing was', () => {
  fc.assert(
    fc.property(lossy, lossy, ({ chunking, order }, other) => {
      const older = other.order.filter((part) => part < chunkCount(chunking))
      const filled = filledFrom(arrivalOf(chunking, order, 1), arrivalOf(chunking, older, 1000))
      for (let part = 0; part < chunkCount(chunking); part++) {
        const expected = order.includes(part) ? 1 : older.includes(part) ? 1000 : undefined
        assert.equal(filled.has(part), expected !== undefined)
        const chunk = expected === undefined ? undefined : chunkOf(chunking, part, expected)
        assert.deepEqual(filled.chunk(part), chunk)
      }
    }),
  )
})
