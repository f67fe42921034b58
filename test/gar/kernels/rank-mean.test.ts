import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sortingNetwork } from '../../../src/gar/kernels/sorting-network.ts'
import { bits, combined, normalVectors, vectorsOf } from '../helpers.ts'

describe('a sorting network', () => {
  it('sorts all inputs of zeros and ones, hence all inputs, for up to 12 values', () => {
    for (let n = 1; n <= 12; n++) {
      for (let input = 0; input < 2 ** n; input++) {
        const values = Array.from({ length: n }, (_, i) => (input >> i) & 1)
        assert.deepEqual(
          through(sortingNetwork(n), values),
          values.toSorted((a, b) => a - b),
        )
      }
    }
  })

  it('puts the ranks that are asked for in their places, and needs fewer exchanges for fewer ranks', () => {
    for (let n = 2; n <= 9; n++) {
      for (let from = 0; from < n; from++) {
        const network = sortingNetwork(n, from, from + 1)
        assert.ok(network.length <= sortingNetwork(n).length)
        for (let input = 0; input < 2 ** n; input++) {
          const values = Array.from({ length: n }, (_, i) => (input >> i) & 1)
          const sorted = values.toSorted((a, b) => a - b)
          assert.equal(through(network, values)[from], sorted[from])
        }
      }
    }
    assert.ok(sortingNetwork(16, 7, 9).length < sortingNetwork(16).length)
  })

  it('has 16 exchanges for 7 values and 63 for 16, as Batcher counts them', () => {
    assert.deepEqual(
      [2, 3, 4, 7, 8, 16].map((n) => sortingNetwork(n).length / 2),
      [1, 3, 5, 16, 19, 63],
    )
  })
})

describe('the mean of ranks', () => {
  it('is that of each sorted column, across blocks and for many vectors', () => {
    for (const [n, d] of [
      [1, 1],
      [7, 1024],
      [7, 2500],
      [40, 1025],
    ] as const) {
      const vectors = normalVectors(3, n, d)
      const from = Math.floor(n / 4)
      const ours = combined({ kind: 'rank-mean', from, to: n - from }, vectors)
      const expected = Float32Array.from({ length: d }, (_, k) => {
        const kept = Float64Array.from(vectors, (vector) => vector[k] as number)
          .sort()
          .subarray(from, n - from)
        return kept.reduce((sum, value) => sum + value, 0) / kept.length
      })
      assert.deepEqual(ours, expected)
    }
  })

  it('orders negative numbers, subnormal ones and extremes as numbers, and gives one zero', () => {
    const column = [-3.4e38, -1, -1e-45, -0, 0, 1e-45, 1, 3.4e38]
    const vectors = vectorsOf(column.toReversed().map((value) => [value]))
    const ranked = column.map((_, rank) => combined({ kind: 'rank-mean', from: rank, to: rank + 1 }, vectors))
    assert.deepEqual(ranked.map(bits), vectorsOf(column.map((value) => [value + 0])).map(bits))
  })
})

function through(network: Int32Array, values: readonly number[]): number[] {
  const moved = [...values]
  for (let c = 0; c < network.length; c += 2) {
    const [low, high] = [network[c] as number, network[c + 1] as number]
    const [a, b] = [moved[low] as number, moved[high] as number]
    moved[low] = Math.min(a, b)
    moved[high] = Math.max(a, b)
  }
  return moved
}
