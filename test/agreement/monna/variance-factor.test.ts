/** The factor that the guard relies on, against adversaries that hear everything and choose who is heard first. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leastMembers, varianceFactor } from '../../../src/agreement/monna/variance-factor.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { permutation, type Random, seededRandom } from '../../../src/util/prng.ts'

const nearest = parseRule('monna')

test('a factor below 1 takes n > 31f/3 where nobody honest is late, and 17.6f where anyone may be', () => {
  for (let f = 1; f <= 20; f++) {
    assert.equal(leastMembers({ f, u: 0 }), Math.floor((31 * f) / 3) + 1)
    // (1 + sqrt 8)^2 f (n-f) < (n-2f)^2.
    const root = (1 + Math.sqrt(8)) ** 2
    const ratio = (root + 4 + Math.sqrt((root + 4) ** 2 - 4 * (root + 4))) / 2
    assert.equal(leastMembers({ f, u: f }), Math.ceil(ratio * f))
    assert.ok(Math.abs(varianceFactor({ n: 11 * f, f, u: 0 }) - 28 / 30) < 1e-12)
  }
  assert.equal(leastMembers({ f: 0, u: 0 }), 1)
  assert.equal(varianceFactor({ n: 2, f: 1, u: 0 }), Number.POSITIVE_INFINITY)
})

test('the factor falls with n and rises with f and with who may be late', () => {
  for (let f = 1; f <= 6; f++)
    for (let n = 6 * f; n < 30 * f; n++)
      for (let u = 0; u <= f; u++) {
        const factor = varianceFactor({ n, f, u })
        const at = `n = ${n}, f = ${f}, u = ${u}`
        assert.ok(varianceFactor({ n: n + 1, f, u }) < factor, at)
        assert.ok(varianceFactor({ n: n + 1, f: f + 1, u }) > factor, at)
        if (u > 0) assert.ok(varianceFactor({ n, f, u: u - 1 }) <= factor, at)
      }
})

type Points = readonly Float32Array[]

const meanOf = (points: Points) =>
  Float64Array.from(
    points[0] ?? [],
    (_, k) => points.reduce((sum, x) => sum + (x[k] ?? 0), 0) / points.length,
  )
const squared = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, k) => sum + (x - (b[k] ?? 0)) ** 2, 0)
const spreadAround = (points: Points, center: Float64Array) =>
  points.reduce((sum, x) => sum + squared(x, center), 0) / points.length

/** What member `own` makes of it: `heard` are the positions of the honest models that it has, its own among them. */
function averaged(
  honest: Points,
  heard: readonly number[],
  lies: Points,
  own: number,
  f: number,
): Float32Array {
  return nearest.aggregate([...heard.map((i) => honest[i] as Float32Array), ...lies], f, {
    own: heard.indexOf(own),
  })
}

/**
 * Lies to one member just inside its radius of acceptance: as far from it as an honest model that one more lie displaces, in
 * the direction away from `center`. `count` of them; none where no such model is left.
 */
function justInside(
  honest: Points,
  heard: readonly number[],
  own: number,
  f: number,
  count: number,
  center: Float64Array,
): Points {
  const mine = honest[own] as Float32Array
  const distances = heard
    .map((i) => Math.sqrt(squared(honest[i] as Float32Array, mine)))
    .sort((a, b) => a - b)
  const kept = heard.length + count - f
  const radius = (distances[kept - count] ?? 0) * (1 - 1e-6)
  const out = Float64Array.from(mine, (x, k) => x - (center[k] ?? 0))
  const length = Math.hypot(...out) || 1
  return Array.from({ length: count }, () => mine.map((x, k) => x + (radius * (out[k] ?? 0)) / length))
}

/** Whom a member hears of the others: all, or, where `late` of them are late, those nearest to it, which come first. */
function heardBy(honest: Points, own: number, late: number): number[] {
  const mine = honest[own] as Float32Array
  const away = (i: number) => squared(honest[i] as Float32Array, mine)
  return [...honest.keys()].sort((a, b) => away(a) - away(b)).slice(0, honest.length - late)
}

/** V' / V where every member is lied to just inside its radius, by all f. */
function ratioOf(honest: Points, f: number, late: number): number {
  const center = meanOf(honest)
  const after = honest.map((_, own) => {
    const heard = heardBy(honest, own, late)
    return averaged(honest, heard, justInside(honest, heard, own, f, f, center), own, f)
  })
  return spreadAround(after, meanOf(after)) / spreadAround(honest, center)
}

/** Members of `share` f each at these places: camps. */
function camps(places: readonly number[], f: number): Points {
  return places.flatMap((place) => Array.from({ length: f }, () => Float32Array.of(place)))
}

test('where a victim hears its own camp first, one exchange drives honest models apart below n = 8f', () => {
  // Searched for: 2.9, 1.7, 1.2, .96, .53 were found by others at 5f, 6f, 7f, 8f and 11f.
  const found = [
    [[1, 1, 1.16, 1.16], 2.778],
    [[-2.87, -2.87, -0.68, 0.61, 0.61], 1.69],
    [[-0.77, -0.77, 0.1, 0.62, 1.49, 1.49], 1.2],
    [[-0.5, -0.5, 0.37, 0.37, 0.83, 1.7, 1.7], 0.89],
    [[-2.03, -2.03, -0.64, -0.64, -0.64, -0.09, -0.09, -0.09, 1.29, 1.29], 0.49],
  ] as const
  for (const f of [1, 2, 3])
    for (const [places, ratio] of found) {
      const is = ratioOf(camps(places, f), f, f)
      assert.ok(Math.abs(is - ratio) < 0.02, `n = ${places.length + 1}f, f = ${f}: ${is}, not ${ratio}`)
    }
})

test('where all hear all, one exchange drives honest models apart below n = 6f', () => {
  // By others: 2.0, 1.3, .9, .7, .38 at 4f, 5f, 6f, 7f and 10f.
  const found = [
    [[0.39, 0.88, 1.76], 1.95],
    [[-1.18, 0.14, 0.96, 2.28], 1.3],
    [[-1.56, 0.41, 0.41, 1.47, 3.43], 0.9],
    [[-3.13, -0.6, -0.6, 0.56, 0.56, 3.09], 0.7],
    [[-0.28, 0.57, 0.57, 0.57, 0.86, 0.86, 0.86, 0.86, 1.71], 0.385],
  ] as const
  for (const f of [1, 2, 3])
    for (const [places, ratio] of found) {
      const is = ratioOf(camps(places, f), f, 0)
      assert.ok(Math.abs(is - ratio) < 0.02, `n = ${places.length + 1}f, f = ${f}: ${is}, not ${ratio}`)
    }
})

function drawn(h: number, d: number, random: Random): Points {
  const ends = Array.from({ length: 2 }, () => Float32Array.from({ length: d }, () => random.normal()))
  return Array.from({ length: h }, () => {
    const scale = random.below(3) === 0 ? 10 : 1
    const camp = ends[random.below(2)] ?? new Float32Array(d)
    return camp.map((x) => x + scale * random.uniform() * random.normal())
  })
}

test('no lies, silence or lateness within f and u get past the factor, nor do they move the mean farther', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed, 'nearest')
    const f = 1 + random.below(3)
    const u = random.below(f + 1)
    const n = 3 * f + 1 + random.below(16 * f)
    const honest = drawn(n - f + random.below(f + 1), 1 + random.below(3), random)
    const liars = n - honest.length
    const center = meanOf(honest)
    const after = honest.map((_, own) => {
      const count = random.below(liars + 1)
      // An exchange ends with n - f vectors at least.
      const late = Math.min(random.below(u + 1), honest.length + count - (n - f))
      const first = heardBy(honest, own, 0)
      const order = [own, ...Array.from(permutation(first.length, random)).filter((i) => i !== own)]
      const heard = (random.below(2) === 0 ? first : order).slice(0, honest.length - late)
      const away = random.below(2) === 0 ? center : Float64Array.from(center, () => random.normal())
      return averaged(honest, heard, justInside(honest, heard, own, f, count, away), own, f)
    })
    const alpha = varianceFactor({ n, f, u })
    const before = spreadAround(honest, center)
    const mean = meanOf(after)
    const at = `SEED=${seed}: n = ${n}, f = ${f}, u = ${u}, alpha = ${alpha}`
    assert.ok(spreadAround(after, mean) <= alpha * before * (1 + 1e-5), at)
    assert.ok(squared(mean, center) <= alpha * before * (1 + 1e-5), at)
  }
})
