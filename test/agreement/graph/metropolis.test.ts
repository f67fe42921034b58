/** Metropolis weights: symmetric, doubly stochastic; and the gap is how fast they mix. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type GraphKind, graphKinds, graphOf } from '../../../src/agreement/graph/graphs.ts'
import { metropolisWeights, type NodeWeights } from '../../../src/agreement/graph/metropolis.ts'
import { spectralGap } from '../../../src/agreement/graph/spectral-gap.ts'
import { seededRandom } from '../../../src/util/prng.ts'

const close = (is: number, expected: number, message?: string) =>
  assert.ok(Math.abs(is - expected) < 1e-9, `${message ?? ''}: ${is}, not ${expected}`)

const weightsOf = (kind: GraphKind, n: number) => metropolisWeights(graphOf(kind, n, { degree: 3 }))

/** One round of averaging. */
function mixed(weights: readonly NodeWeights[], x: readonly number[]): number[] {
  return weights.map(({ own, neighbours }, i) =>
    neighbours.reduce((sum, { neighbour, weight }) => sum + weight * (x[neighbour] ?? 0), own * (x[i] ?? 0)),
  )
}

const meanOf = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length
const spreadOf = (x: readonly number[]) => Math.hypot(...x.map((value) => value - meanOf(x)))

test('weights are mutual and not negative, and those of each position sum to 1', () => {
  for (const kind of graphKinds)
    for (const n of [1, 2, 3, 8, 15]) {
      const weights = weightsOf(kind, n)
      for (const [i, { own, neighbours }] of weights.entries()) {
        const name = `${kind}, n = ${n}, position ${i}`
        close(
          neighbours.reduce((sum, { weight }) => sum + weight, own),
          1,
          name,
        )
        assert.ok(own >= 1 / (1 + neighbours.length) - 1e-12, name)
        for (const { neighbour, weight } of neighbours) {
          assert.ok(weight > 0, name)
          assert.equal(weights[neighbour]?.neighbours.find((other) => other.neighbour === i)?.weight, weight)
        }
      }
    }
})

test('a star is weighed by the degree of its middle', () => {
  const [middle, leaf] = metropolisWeights([[1, 2, 3], [0], [0], [0]])
  close(middle?.own ?? 0, 1 / 4)
  assert.deepEqual(leaf, { own: 3 / 4, neighbours: [{ neighbour: 0, weight: 1 / 4 }] })
})

test('averaging keeps the mean, and leaves at most 1 - gap of the distance to it', () => {
  for (const kind of graphKinds)
    for (let seed = 1; seed <= 20; seed++) {
      const n = 6 + (seed % 9)
      const weights = weightsOf(kind, n)
      const random = seededRandom(seed, 'start')
      const before = Array.from({ length: n }, () => random.normal())
      const after = mixed(weights, before)
      close(meanOf(after), meanOf(before), `SEED=${seed}`)
      const bound = (1 - spectralGap(weights)) * spreadOf(before)
      assert.ok(spreadOf(after) <= bound + 1e-9, `SEED=${seed}: ${kind}, ${spreadOf(after)} of ${bound}`)
    }
})

test('gaps are those of the closed forms', () => {
  close(spectralGap(weightsOf('complete', 7)), 1, 'W = 1/n: one round brings all to the mean')
  // W is circulant with 1/3 on three diagonals: its eigenvalues are 1/3 + 2/3 cos(2 pi k/n).
  for (const n of [5, 8, 20])
    close(spectralGap(weightsOf('ring', n)), (2 / 3) * (1 - Math.cos((2 * Math.PI) / n)), `ring of ${n}`)
})
