/** Small cases by hand. What published implementations compute is compared in test/conformance. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alie } from '../../src/attack/alie.ts'
import { antiCge } from '../../src/attack/anti-cge.ts'
import { antiClustering } from '../../src/attack/anti-clustering.ts'
import { bitFlip } from '../../src/attack/bit-flip.ts'
import { byOwn } from '../../src/attack/by-own.ts'
import { cancel } from '../../src/attack/cancel.ts'
import { constant } from '../../src/attack/constant.ts'
import { dissensus } from '../../src/attack/dissensus.ts'
import { drop } from '../../src/attack/drop.ts'
import { gaussian } from '../../src/attack/gaussian.ts'
import { insideSpread } from '../../src/attack/inside-spread.ts'
import { ipm } from '../../src/attack/ipm.ts'
import { minMax } from '../../src/attack/min-max.ts'
import { minSum } from '../../src/attack/min-sum.ts'
import { oneCoordinate } from '../../src/attack/one-coordinate.ts'
import { reverse } from '../../src/attack/reverse.ts'
import { signFlip } from '../../src/attack/sign-flip.ts'
import { signNoise } from '../../src/attack/sign-noise.ts'
import { uniform } from '../../src/attack/uniform.ts'
import { aggregate } from '../../src/gar/aggregate.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { sightOf } from './helpers.ts'

/** Mean (2, 0), standard deviation with ddof 1 (1, 2). */
const honest = [Float32Array.of(1, -2), Float32Array.of(2, 0), Float32Array.of(3, 2)]

test('sign-flip and ipm turn the mean round', () => {
  assert.deepEqual(signFlip(3)(sightOf(honest)), Float32Array.of(-6, -0))
  assert.deepEqual(ipm(0.5)(sightOf(honest)), Float32Array.of(-1, -0))
})

test('alie goes tau standard deviations off the mean, and is told how many vectors there are', () => {
  assert.deepEqual(alie(() => 1.5, 1)(sightOf(honest)), Float32Array.of(3.5, 3))
  let told: readonly number[] = []
  const tauFor = (...nf: readonly number[]) => {
    told = nf
    return -1
  }
  assert.deepEqual(alie(tauFor, 1)(sightOf(honest, { liars: 2 })), Float32Array.of(1, -2))
  assert.deepEqual(told, [5, 2])
})

test('a single honest vector has no deviation, and alie says it unchanged', () => {
  const forged = alie(() => 1.5, 1)(sightOf([Float32Array.of(1, -2)]))
  assert.deepEqual(forged, Float32Array.of(1, -2))
})

test('min-max goes as far from the farthest honest vector as two of them are apart', () => {
  // On a line: the mean is 2, the largest distance 2. Along -1 the honest 3 is the farthest: 3 - x = 2.
  const line = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)]
  const [x = Number.NaN] = minMax('sign')(sightOf(line))
  assert.ok(Math.abs(x - 1) <= 2e-5, `${x}`)
})

test('min-sum goes on while its squared distances sum to no more than the least such sum', () => {
  // 2 has the least sum, 1 + 1; the mean has it as well, so there is nowhere to go.
  const line = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)]
  const [x = Number.NaN] = minSum('sign')(sightOf(line))
  assert.ok(Math.abs(x - 2) <= 2e-5, `${x}`)
  // Mean 7/4, least sum that of 1: 0 + 1 + 1 + 9. (1-x)^2 + (2-x)^2 + (0-x)^2 + (4-x)^2 = 11 at x = (7 - sqrt 5) / 4.
  const uneven = [1, 2, 0, 4].map((value) => Float32Array.of(value))
  const sum = (at: number) => uneven.reduce((total, [value = 0]) => total + (value - at) ** 2, 0)
  const least = Math.min(...uneven.map(([value = 0]) => sum(value)))
  const [y = Number.NaN] = minSum('unit_vec')(sightOf(uneven))
  assert.ok(Math.abs(sum(y) - least) < 1e-3 && y < 7 / 4, `${y}`)
})

test('one coordinate is off and the others are the mean', () => {
  assert.deepEqual(oneCoordinate('last', 7)(sightOf(honest)), Float32Array.of(2, 7))
  assert.deepEqual(oneCoordinate(0, 7)(sightOf(honest)), Float32Array.of(9, 0))
  assert.deepEqual(
    oneCoordinate(5, 7)(sightOf(honest)),
    Float32Array.of(2, 7),
    'no such coordinate: the last',
  )
  assert.deepEqual(oneCoordinate('all', 7)(sightOf(honest)), Float32Array.of(9, 7))
})

test('reverse turns its own vector round, and cancel takes away all that the honest ones sum to', () => {
  assert.deepEqual(reverse(100)(sightOf(honest, { own: Float32Array.of(1, -2) })), Float32Array.of(-100, 200))
  // (1, -2) + (2, 0) + (3, 2) and twice (-3, 0).
  assert.deepEqual(cancel(sightOf(honest, { liars: 2 })), Float32Array.of(-3, -0))
})

test('an attack by own vectors is made of what the attackers would honestly say, whatever the honest say', () => {
  const colluding = [Float32Array.of(1, 5), Float32Array.of(3, 5)]
  const sight = sightOf(honest, { colluding, own: Float32Array.of(1, 5), liars: 2 })
  assert.deepEqual(byOwn(ipm(10))(sight), Float32Array.of(-20, -50))
  // Mean (2, 5), deviation (sqrt 2, 0).
  assert.deepEqual(byOwn(alie(() => 1.035, 1))(sight), Float32Array.of(2 + 1.035 * Math.SQRT2, 5))
  const alone = sightOf(honest, { colluding: colluding.slice(0, 1) })
  assert.deepEqual(byOwn(alie(() => 1.035, 1))(alone), Float32Array.of(1, 5), 'one vector has no deviation')
})

test('anti-cge turns round the mean of the honest vectors that CGE keeps, just below the length of the next', () => {
  const rows = [Float32Array.of(3, 0), Float32Array.of(0, 4), Float32Array.of(5, 0), Float32Array.of(0, 6)]
  const [x = 0, y = 0] = antiCge(sightOf(rows, { liars: 2 }))
  // 4 honest, 2 liars: CGE keeps four, of them (3, 0) and (0, 4) with mean (1.5, 2). The next has length 5.
  assert.ok(Math.hypot(x, y) < 5 && Math.hypot(x, y) > 4.9999, `${Math.hypot(x, y)}`)
  assert.ok(Math.abs(x / y - 1.5 / 2) < 1e-6 && x < 0)
  const kept = [...rows.slice(0, 2), Float32Array.of(x, y), Float32Array.of(x, y)]
  assert.deepEqual(
    aggregate(kept, { rule: 'average', f: 0 }),
    aggregate([...rows, ...kept.slice(2)], { rule: 'cge', f: 2 }),
  )
})

test('anti-clustering stands on a chain beyond the farthest vector of the larger group, a link a rank', () => {
  const degrees = (angle: number) => (angle * Math.PI) / 180
  const at = (angle: number, length = 1) =>
    Float32Array.of(length * Math.cos(degrees(angle)), length * Math.sin(degrees(angle)))
  // Three within 40 degrees, and one by itself that hardly moves the mean, to a little above 0.
  const rows = [at(20), at(0), at(-20), at(90, 0.01)]
  const link = degrees(20) - 0.1 - 1e-4
  const forge = antiClustering(10)
  for (const rank of [0, 1, 5]) {
    const [x = 0, y = 0] = forge(sightOf(rows, { liars: 12, rank }))
    assert.ok(Math.abs(Math.hypot(x, y) - 10) < 1e-5, `rank ${rank}: length ${Math.hypot(x, y)}`)
    const turned = degrees(-20) - (rank + 1) * link
    assert.ok(Math.abs(Math.atan2(y, x) - turned) < 1e-5, `rank ${rank}: ${Math.atan2(y, x)}, not ${turned}`)
  }
  // 20 degrees and twelve links are more than 180.
  const [x = 0, y = 0] = forge(sightOf(rows, { liars: 12, rank: 11 }))
  assert.ok(Math.abs(x + 10) < 1e-3 && y < 0, `${x} ${y}`)
})

test('anti-clustering says the honest direction where there is only one', () => {
  const forged = antiClustering(10)(sightOf([Float32Array.of(3, 4), Float32Array.of(3, 4)]))
  assert.deepEqual(forged, Float32Array.of(6, 8))
})

test('uniform noise keeps to its bounds and has the mean between them', () => {
  const own = new Float32Array(20_000)
  const forged = uniform(-1, 3)(sightOf([own], { own }))
  assert.ok(forged.every((x) => x >= -1 && x <= 3))
  const mean = forged.reduce((sum, x) => sum + x, 0) / forged.length
  // Five standard errors: 4 / sqrt(12 * 20,000) * 5 = 0.041.
  assert.ok(Math.abs(mean - 1) < 0.041, `${mean}`)
})

test('a flipped bit 31 is the sign, a flipped bit 30 makes 1 infinite, and a rate of 0 flips nothing', () => {
  const own = Float32Array.of(1, -2)
  assert.deepEqual(bitFlip(31, 1)(sightOf(honest, { own })), Float32Array.of(-1, 2))
  assert.deepEqual(bitFlip(30, 1)(sightOf(honest, { own })), Float32Array.of(Number.POSITIVE_INFINITY, -0))
  assert.deepEqual(bitFlip(31, 0)(sightOf(honest, { own })), own)
  assert.deepEqual(own, Float32Array.of(1, -2), 'its own vector stays as it is')
})

test('what is hidden inside the spread stays where it is inside, and is cut to its edge outside', () => {
  const own = Float32Array.of(2.25, 100)
  assert.deepEqual(insideSpread(1.5, 1)(sightOf(honest, { own })), Float32Array.of(2.25, 3))
})

test('dissensus with epsilon 1 cancels what averaging would bring a receiver nearer to the others', () => {
  const receiver = Float32Array.of(1, -2)
  const forged = dissensus(1)(sightOf(honest, { liars: 2 }), receiver)
  // The differences of the honest sum to (3, 6); each of two liars takes half of that away.
  assert.deepEqual(forged, Float32Array.of(1 - 1.5, -2 - 3))
  const heard = [...honest, forged, forged]
  const moved = [0, 1].map((k) => heard.reduce((sum, v) => sum + (v[k] ?? 0) - (receiver[k] ?? 0), 0))
  assert.deepEqual(moved, [0, 0])
})

test('gaussian has the moments that it was asked for', () => {
  const forged = gaussian(3, 2)(sightOf([new Float32Array(20_000)], { random: seededRandom(1, 'gaussian') }))
  const mean = forged.reduce((sum, x) => sum + x, 0) / forged.length
  const deviation = Math.sqrt(forged.reduce((sum, x) => sum + (x - mean) ** 2, 0) / forged.length)
  // Five standard errors: 2 / sqrt(20,000) * 5 = 0.07.
  assert.ok(Math.abs(mean - 3) < 0.07, `${mean}`)
  assert.ok(Math.abs(deviation - 2) < 0.05, `${deviation}`)
})

test('a constant is said everywhere', () => {
  assert.deepEqual(constant(0)(sightOf(honest)), Float32Array.of(0, 0))
  assert.deepEqual(constant(-100)(sightOf(honest)), Float32Array.of(-100, -100))
  assert.ok(constant(Number.NaN)(sightOf(honest)).every(Number.isNaN))
})

test('drop makes a share of its own coordinates 0 and leaves the others', () => {
  const own = new Float32Array(1000).fill(3)
  const forged = drop(0.3)(sightOf([own], { own }))
  const dropped = forged.filter((x) => x === 0).length
  // Binomial of 1000 and 0.3: standard deviation 14.5.
  assert.ok(dropped > 240 && dropped < 360, `${dropped}`)
  assert.equal(forged.filter((x) => x === 3).length, 1000 - dropped)
  assert.deepEqual(own, new Float32Array(1000).fill(3))
  assert.deepEqual(drop(0)(sightOf([own], { own })), own)
})

test('sign-noise has the signs of the honest mean, as many of each, in other places', () => {
  // 600 above 0, 300 below, 100 at it.
  const center = Float32Array.from({ length: 1000 }, (_, k) => (k < 600 ? 5 : k < 900 ? -5 : 0))
  const forged = signNoise(2)(sightOf([center, center]))
  const count = (sign: number) => forged.filter((x) => Math.sign(x) === sign).length
  assert.deepEqual([1, -1, 0].map(count), [600, 300, 100])
  assert.ok(forged.every((x) => Math.abs(x) <= 2))
  const kept = forged.filter((x, k) => Math.sign(x) === Math.sign(center[k] ?? 0)).length
  // Of random places 0.6^2 + 0.3^2 + 0.1^2 = 0.46 have their sign.
  assert.ok(kept > 400 && kept < 520, `${kept}`)
})
