/** The three ways to shrink, by themselves: golden numbers, and the bounds on which the guard stands. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  shiftOfClippedGossip,
  shiftOfCsPlus,
  shiftOfGts,
} from '../../../src/agreement/gossip-clipping/mixing-factor.ts'
import {
  clippedGossip,
  clippedGossipRadius,
  csPlus,
  csPlusRadius,
  gts,
  type Seen,
  type Shrink,
} from '../../../src/agreement/gossip-clipping/shrinking.ts'
import { shrinkingRule } from '../../../src/agreement/gossip-clipping/shrinking-rule.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { type Random, seededRandom } from '../../../src/util/prng.ts'

// Seven points, one of which lies; the numbers that are expected come with the specification.
const points = [
  [1, 1],
  [1.2, 0.9],
  [0.9, 1.1],
  [1.1, 1.2],
  [0.8, 0.9],
  [1, 0.8],
  [10, -10],
].map((point) => Float32Array.from(point))
const alike = new Float64Array(7).fill(1 / 7)
const seen: Seen = {
  weights: alike,
  distances: Float64Array.from(points, (point) => Math.hypot(...point.map((x) => x - 1))),
  liarWeight: 1 / 7,
}

const close = (is: ArrayLike<number>, expected: readonly number[]) => {
  for (const [k, x] of expected.entries())
    assert.ok(Math.abs((is[k] ?? Number.NaN) - x) < 1e-6, `${Array.from(is)}`)
}
const outputOf = (shrink: Shrink, own = 0) =>
  shrinkingRule('shrunk', shrink, seen).aggregate(points, 0, { own })

test('ClippedGossip around the first of seven points has radius 0.4', () => {
  close([clippedGossipRadius(seen)], [0.4])
  close(outputOf(clippedGossip), [1.036185, 0.941488])
})

test('CS+ around the first of seven points has the radius of the fifth nearest', () => {
  close([csPlusRadius(seen)], [Math.sqrt(0.05)])
  close(outputOf(csPlus), [1.020228, 0.960991])
})

test('GTS with equal weights moves to the mean of the nearest, its own weight in the place of those left out', () => {
  const nearest = parseRule('monna').aggregate(points, 1, { own: 0 })
  close(nearest, [1, 0.983333])
  close(
    outputOf(gts),
    Array.from(nearest, (x) => (6 * x + 1) / 7),
  )
})

test('with nobody to set aside, all three are the weighted mean', () => {
  const weights = Float64Array.of(0.4, 0.3, 0.2, 0.05, 0.05, 0, 0)
  for (const shrink of [clippedGossip, csPlus, gts]) {
    const rule = shrinkingRule('shrunk', shrink, { weights, liarWeight: 0 })
    const mean = [0, 1].map((k) => points.reduce((sum, x, j) => sum + (weights[j] ?? 0) * (x[k] ?? 0), 0))
    close(rule.aggregate(points, 0, { own: 0 }), mean)
  }
})

test('whoever is alone, or has liars for half of its neighbourhood, stays where it is under CS+', () => {
  assert.equal(csPlusRadius({ weights: Float64Array.of(1), distances: Float64Array.of(0), liarWeight: 0 }), 0)
  const three = {
    weights: new Float64Array(3).fill(1 / 3),
    distances: Float64Array.of(0, 1, 2),
    liarWeight: 1 / 3,
  }
  assert.equal(csPlusRadius(three), 0)
  assert.equal(clippedGossipRadius(three), 0)
  assert.deepEqual(gts(three), Float64Array.of(1, 1, 0))
})

test('where the weight jumps past what is meant, CS+ takes the distance before', () => {
  const weights = Float64Array.of(0.3, 0.4, 0.3)
  const jumping = { weights, distances: Float64Array.of(0, 1, 2), liarWeight: 0.2 }
  // All but 0.4 is 0.6; one's own and the nearest weigh 0.7.
  assert.equal(csPlusRadius(jumping), 0)
  assert.equal(csPlusRadius({ ...jumping, liarWeight: 0.15 }), 1)
})

test('rounding in sums of weights decides nothing: a hundredth a hundred times is the whole', () => {
  for (const n of [3, 6, 7, 10, 49, 100]) {
    const weights = new Float64Array(n).fill(1 / n)
    const distances = Float64Array.from({ length: n }, (_, j) => j)
    for (let liars = 0; 2 * liars < n; liars++) {
      const at = `n = ${n}, liars = ${liars}`
      const given = { weights, distances, liarWeight: liars / n }
      assert.equal(csPlusRadius(given), n - 2 * liars - 1, at)
      assert.equal(
        gts(given).reduce((sum, c) => sum + c, 0),
        n - liars,
        at,
      )
      if (liars === 0) continue
      const squares = Array.from({ length: n - liars - 1 }, (_, j) => j * j).reduce((sum, x) => sum + x, 0)
      assert.ok(Math.abs(clippedGossipRadius(given) - Math.sqrt(squares / liars)) < 1e-9, at)
    }
  }
})

/** An honest neighbourhood with liars in it, in one dimension: offsets from one's own, weights, and who lies. */
function drawn(random: Random) {
  const m = 3 + random.below(10)
  const isEqual = random.below(2) === 0
  const raw = Float64Array.from({ length: m }, () => (isEqual ? 1 : 0.2 + random.uniform()))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  const weights = raw.map((weight) => weight / total)
  const liars = random.below(Math.ceil(m / 2))
  const offsets = Float64Array.from({ length: m }, (_, j) =>
    j === 0 ? 0 : random.normal() * 10 ** random.below(3),
  )
  return { weights, offsets, liars, isEqual }
}

test('no liar takes a peer farther off than the bound of each way to shrink', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = seededRandom(seed, 'shift')
    const { weights, offsets, liars, isEqual } = drawn(random)
    // The last ones lie; their weight is what is declared.
    const isLiar = (j: number) => j >= weights.length - liars
    const weightOf = (of: (j: number) => boolean) => weights.reduce((sum, w, j) => sum + (of(j) ? w : 0), 0)
    const liarWeight = weightOf(isLiar)
    const heaviest = Math.max(...weights)
    const weighing = { liars: liarWeight, heaviest, areAlike: isEqual }
    const honest = offsets.reduce((sum, x, j) => sum + (isLiar(j) ? 0 : (weights[j] ?? 0) * x), 0)
    const spread = offsets.reduce((sum, x, j) => sum + (isLiar(j) ? 0 : (weights[j] ?? 0) * x * x), 0)
    for (const [name, shrink, shiftOf] of [
      ['CS+', csPlus, shiftOfCsPlus],
      ['GTS', gts, shiftOfGts],
      ['ClippedGossip', clippedGossip, shiftOfClippedGossip],
    ] as const) {
      const c = shiftOf(weighing)
      const factors = shrink({ weights, distances: offsets.map(Math.abs), liarWeight })
      const moved = offsets.reduce((sum, x, j) => sum + (weights[j] ?? 0) * (factors[j] ?? 0) * x, 0)
      assert.ok((moved - honest) ** 2 <= c * spread * (1 + 1e-9), `SEED=${seed}: ${name}`)
    }
  }
})
