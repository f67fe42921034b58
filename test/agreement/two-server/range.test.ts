/** The range check, against those who overflow the ring. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../../src/agreement/two-server/fixed-point.ts'
import { clipped, defaultFixedPoint, rangeOf, sumsChecked } from '../../../src/agreement/two-server/range.ts'
import { bitsOfSums, digestOf, residual } from '../../../src/agreement/two-server/range-check.ts'
import { defaultRing } from '../../../src/agreement/two-server/ring/default-ring.ts'
import type { Words } from '../../../src/agreement/two-server/ring/ring.ts'
import { parseRule } from '../../../src/gar/pipeline.ts'
import { memberName } from '../../../src/sim/world.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { add, changing, withholding } from './liars.ts'
import { aggregateTogether, wishOf } from './swarm.ts'

const ring = defaultRing()
const { fractionBits, clipNorm } = defaultFixedPoint
const base = { n: 6, f: 1, seed: 4, dimension: 8, rule: 'mda' }
const liar = 0

/** What the rule makes of the honest gradients at zero, which are the negatives of where the workers want to be. */
function plainStep(members: readonly number[], f: number): number[] {
  const vectors = members.map((i) => wishOf(i, base.dimension, base.seed).map((x) => -x))
  return Array.from(parseRule(base.rule).aggregate(vectors, f), (x) => -0.2 * x)
}

function distanceOf(a: ArrayLike<number>, b: readonly number[]): number {
  return Math.hypot(...b.map((x, k) => x - (a[k] ?? Number.NaN)))
}

/** The coordinates in which all gradients are zero: what a liar does there changes no inner product with them. */
const dead = { from: base.dimension - 4, gradients: [0, 1, 2, 3, 4, 5].map((i) => () => withDead(i)) }

function withDead(member: number): Float32Array {
  return wishOf(member, base.dimension, base.seed).map((x, k) => (k < base.dimension - 4 ? -x : 0))
}

const overflows: readonly [string, (words: Words) => void, typeof dead.gradients | undefined][] = [
  ['2^63 in one coordinate', (words) => add(words, 0, 1n << 63n), undefined],
  ['2^63 in all of them', (words) => eachAdd(words, 0, 1n << 63n), undefined],
  // Four squares of 2^31 are 2^64: nothing, where no other vector has a share in these coordinates.
  ['2^31 in four dead ones', (words) => eachAdd(words, dead.from, 1n << 31n), dead.gradients],
]

function eachAdd(words: Words, from: number, value: bigint): void {
  for (let k = from; k < words.length / 2; k++) add(words, k, value)
}

for (const [name, overflow, gradients] of overflows) {
  const attack = {
    ...base,
    decorate: changing(liar, 'share/rest', overflow),
    ...(gradients && { gradients }),
  }

  test(`without the check, ${name} changes no distance, is selected, and moves the model out of sight`, async () => {
    // The vector nearest to the others is the last that a rule would drop.
    const near = { gradients: nearest(gradients) }
    const honest = await aggregateTogether({ ...base, ...near, checksRange: false })
    const broken = await aggregateTogether({ ...attack, ...near, checksRange: false })
    const [before, after] = [honest, broken].map(({ reports }) => reports[base.n + 1]?.[0]?.weights)
    assert.deepEqual(after, before, 'the second server chooses as if nothing had happened')
    assert.ok((after?.[liar] ?? 0) > 0, 'and it chooses the liar')
    assert.ok(distanceOf(broken.models[1] ?? [], [...(honest.models[1] ?? [])]) > 100)
  })

  test(`with it, ${name} is found, its worker blamed and left out`, async () => {
    const { reports, models, world } = await aggregateTogether(attack)
    const servers = [reports[base.n]?.[0], reports[base.n + 1]?.[0]]
    for (const report of servers) assert.deepEqual(report?.refused, [memberName(liar)])
    const blames = world.blames.map(({ by, peer, kind }) => `${by} ${peer} ${kind}`)
    assert.deepEqual(
      blames.sort(),
      [base.n, base.n + 1].map((i) => `${memberName(i)} ${memberName(liar)} AGREEMENT_OUT_OF_RANGE`),
    )
    if (gradients === undefined)
      assert.ok(distanceOf(models[1] ?? [], plainStep([1, 2, 3, 4, 5], base.f - 1)) < 1e-4)
  })
}

/** The liar's own gradient is the mean of the others'. */
function nearest(gradients: typeof dead.gradients | undefined) {
  const others = [1, 2, 3, 4, 5].map(
    (i) => gradients?.[i]?.() ?? wishOf(i, base.dimension, base.seed).map((x) => -x),
  )
  const mean = Float32Array.from({ length: base.dimension }, (_, k) =>
    others.reduce((sum, vector) => sum + (vector[k] ?? 0) / others.length, 0),
  )
  return [mean, ...others].map((vector) => () => vector)
}

test('whose proof says what is no bit, or the bits of other sums, is left out', async () => {
  const { bits } = rangeOf(defaultFixedPoint, base.dimension)
  const proofs: readonly [string, readonly (readonly [k: number, value: bigint])[]][] = [
    [
      'no bits, and the value of the sum stays right',
      [
        [0, 2n],
        [1, -1n],
      ],
    ],
    ['bits of another sum', [[bits - 1, 1n]]],
    ['2^63', [[5, 1n << 63n]]],
  ]
  for (const [name, changes] of proofs) {
    const decorate = changing(liar, 'check/rest', (words) => {
      for (const [k, value] of changes) add(words, k, value)
    })
    const { reports } = await aggregateTogether({ ...base, decorate })
    assert.deepEqual(reports[base.n]?.[0]?.refused, [memberName(liar)], name)
  }
})

test('whose proof does not come, or half of whose vector does not, is waited for until the deadline and left out', async () => {
  for (const name of ['share/seed', 'share/rest', 'check/seed', 'check/rest']) {
    const { reports, models } = await aggregateTogether({ ...base, decorate: withholding(liar, name) })
    const report = reports[base.n]?.[0]
    assert.deepEqual(
      report?.heard,
      [1, 2, 3, 4, 5].map((i) => memberName(i)),
      name,
    )
    assert.ok((report?.times.exchangeMs ?? 0) > 200, name)
    assert.ok(distanceOf(models[1] ?? [], plainStep([1, 2, 3, 4, 5], base.f - 1)) < 1e-4, name)
  }
})

seeded(
  'an honest vector as long as may be passes, also where all of it is in one coordinate',
  async ({ seed, onTrace }) => {
    const long = (k: number) => new Float32Array(base.dimension).fill(clipNorm, k, k + 1)
    const even = new Float32Array(base.dimension).fill(-clipNorm / Math.sqrt(base.dimension))
    const gradients = [long(0), even, long(3), even, long(7), even].map((vector) => () => vector)
    const { reports } = await aggregateTogether({ ...base, seed, gradients, onTrace })
    assert.deepEqual(reports[base.n]?.[0]?.refused, [])
  },
  { seeds: seedsUpTo(5) },
)

test('what is longer than is accepted does not pass, whichever way it is long', () => {
  const d = 200
  const { bits, acceptedNorm } = rangeOf(defaultFixedPoint, d)
  const most = acceptedNorm * 2 ** fractionBits
  const shapes: readonly [string, (k: number) => number][] = [
    ['one coordinate', (k) => (k === 7 ? 1.1 * most : 0)],
    ['all alike', () => (1.1 * most) / Math.sqrt(d)],
    ['both signs', (k) => ((k % 2 === 0 ? 1.1 : -1.1) * most) / Math.sqrt(d)],
  ]
  for (const [name, at] of shapes)
    for (let seed = 0; seed < 20; seed++)
      assert.equal(
        passes(
          encode(
            Float64Array.from({ length: d }, (_, k) => at(k)),
            0,
          ),
          bits,
          seed,
        ),
        false,
        name,
      )
  // Six times below, where honest vectors are, all pass.
  const honest = Float64Array.from({ length: d }, () => (clipNorm * 2 ** fractionBits) / Math.sqrt(d))
  for (let seed = 0; seed < 20; seed++) assert.ok(passes(encode(honest, 0), bits, seed))
})

/** Whether the two halves of `vector`, with the best proof that its worker can give, leave zeros. */
function passes(vector: Words, bits: number, seed: number): boolean {
  const random = seededRandom(seed, 'passes')
  const challenge = random.bytes(32)
  const proof = bitsOfSums(ring, vector, challenge, bits)
  const draw = (length: number) => ring.expand(random.bytes(32), 0, length)
  const length = proof.length / 2
  const [x, p, v, c] = [draw(vector.length / 2), draw(length), draw(length), draw(length)]
  const mask = draw(length)
  const opened = ring.subtract(proof, mask)
  const half = (vector: Words, proof: Words, mask: Words, squares: Words) => {
    const [sums = new Uint32Array()] = ring.project(challenge, sumsChecked, [vector])
    return { sums, proof, mask, squares, opened }
  }
  const first = half(x, p, v, c)
  const squares = ring.subtract(ring.multiply(mask, mask), c)
  const second = half(ring.subtract(vector, x), ring.subtract(proof, p), ring.subtract(mask, v), squares)
  const digests = [
    digestOf(ring, residual(ring, first, bits, true), true),
    digestOf(ring, residual(ring, second, bits, false), false),
  ]
  return digests[0]?.every((byte, k) => byte === digests[1]?.[k]) ?? false
}

test('what does not fit into 64 bits is refused, and the message names the largest norm that does', () => {
  for (const [norm, bits] of [
    [64, 19],
    [2000, 16],
    [1, 30],
    [Number.NaN, 16],
    [0, 16],
  ] as const)
    assert.throws(
      () => rangeOf({ clipNorm: norm, fractionBits: bits }, 1000),
      (error) => isCoded(error, 'AGREEMENT_TWO_SERVER_OVERFLOW'),
      `${norm}, ${bits}`,
    )
  const named = /clip to ([\d.]+) at most/
  try {
    rangeOf({ clipNorm: 2000, fractionBits: 16 }, 1000)
  } catch (error) {
    const [, largest] = named.exec(String(error)) ?? []
    assert.equal(largest, '341')
    rangeOf({ clipNorm: Number(largest), fractionBits: 16 }, 1000)
  }
})

test('accepted vectors are never so far apart that their squared distance wraps', () => {
  for (const fixedPoint of [
    defaultFixedPoint,
    { clipNorm: 341, fractionBits: 16 },
    { clipNorm: 5, fractionBits: 20 },
  ]) {
    const { acceptedNorm } = rangeOf(fixedPoint, 79_510)
    const integers = 2 * acceptedNorm * 2 ** fixedPoint.fractionBits
    assert.ok(integers * integers < 2 ** 63)
    assert.ok(acceptedNorm < 70 * fixedPoint.clipNorm, 'and not much longer than honest ones')
  }
})

test('a vector is cut to the norm, and one that is shorter is not touched', () => {
  const short = Float32Array.of(3, 4)
  assert.equal(clipped(short, 5), short)
  assert.deepEqual(clipped(Float32Array.of(30, 40), 5), short)
})
