/** What each party can know, on transcripts: all that it hears and draws. And what two can that put theirs together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sizesOf } from '../../../src/agreement/two-server/describe.ts'
import { decode } from '../../../src/agreement/two-server/fixed-point.ts'
import { defaultFixedPoint } from '../../../src/agreement/two-server/range.ts'
import { defaultRing } from '../../../src/agreement/two-server/ring/default-ring.ts'
import { type Words, wordsOf } from '../../../src/agreement/two-server/ring/ring.ts'
import { firstHalf, secondHalf } from '../../../src/agreement/two-server/triples.ts'
import { ownRule } from '../../../src/gar/own-rule.ts'
import { memberName } from '../../../src/sim/world.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { aggregateTogether, type Outcome, type SwarmOptions, type Transcript, wishOf } from './swarm.ts'

const ring = defaultRing()
const [n, dimension] = [4, 16]
const [first, second, dealer] = [n, n + 1, n + 2]
const { fractionBits } = defaultFixedPoint
const base = { n, f: 0, dimension, rule: 'mda' }

/** Multiples of 1/16, so that the sums of two are exact too. */
function vectorsOf(move: (member: number, k: number) => number): Float32Array[] {
  return Array.from({ length: n }, (_, i) =>
    wishOf(i, dimension, 1).map((x, k) => Math.round(16 * x) / 16 + move(i, k)),
  )
}
const saying = (vectors: readonly Float32Array[]) => vectors.map((vector) => () => vector)
const payloadOf = ({ heard }: Transcript, name: string, from: number, part?: number) =>
  heard.find(
    (one) =>
      `${one.tag.phase}/${one.tag.kind}` === name && one.from === memberName(from) && one.tag.part === part,
  )?.payload ?? new Uint8Array()
const wordsIn = (payload: Uint8Array) => wordsOf(new BigUint64Array(payload.slice().buffer))

/** What a server hears that depends on the workers' vectors, message by message. */
const telling: Readonly<Record<'first' | 'second', readonly string[]>> = {
  first: ['share/seed', 'check/seed', 'check/opened', 'distance/opened', 'weight/masked', 'weight/rest'],
  second: ['share/rest', 'check/rest', 'check/opened', 'distance/opened', 'distance/share'],
}

/**
 * How far the bytes of many runs are from uniform: each message's, and the highest byte of the differences of any two equally
 * long ones, where the same mask twice would show. In standard deviations of chi-square, the greatest of all.
 */
function unevenness(transcripts: readonly Transcript[], kinds: readonly string[]): number {
  const counts = new Map<string, Uint32Array>()
  const count = (name: string, byte: number) => {
    const bins = counts.get(name) ?? new Uint32Array(256)
    counts.set(name, bins)
    bins[byte] = (bins[byte] ?? 0) + 1
  }
  for (const { heard } of transcripts) {
    const told = heard
      .map(({ tag, payload }) => ({ name: `${tag.phase}/${tag.kind}`, payload }))
      .filter(({ name }) => kinds.includes(name))
      // The last element is the divisor, which is public.
      .map((one) =>
        one.name === 'weight/masked' ? { ...one, payload: one.payload.subarray(0, 8 * n) } : one,
      )
    for (const { name, payload } of told) for (const byte of payload) count(name, byte)
    for (const [i, a] of told.entries())
      for (const b of told.slice(i + 1))
        if (a.payload.length === b.payload.length)
          for (const byte of highBytes(ring.subtract(wordsIn(a.payload), wordsIn(b.payload))))
            count(`${a.name} - ${b.name}`, byte)
  }
  return Math.max(...Array.from(counts.values(), deviations))
}

function highBytes(words: Words): number[] {
  return Array.from({ length: words.length / 2 }, (_, k) => (words[2 * k + 1] ?? 0) >>> 24)
}

function deviations(bins: Uint32Array): number {
  const expected = bins.reduce((sum, count) => sum + count, 0) / bins.length
  const chi = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  return (chi - 255) / Math.sqrt(2 * 255)
}

async function runs(count: number, options: Partial<SwarmOptions>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let seed = 1; seed <= count; seed++)
    outcomes.push(await aggregateTogether({ ...base, ...options, seed }))
  return outcomes
}
const views = (outcomes: readonly Outcome[], position: number) =>
  outcomes.map(({ transcripts }) => transcripts[position] as Transcript)

test('two inputs with the same distances look the same to the second server: uniform, but for the distances', async () => {
  // Moved by the same vector all keep their distances.
  const inputs = [vectorsOf(() => 0), vectorsOf((_, k) => 5 - k)]
  const seen = await Promise.all(
    inputs.map(async (vectors) => {
      const outcomes = await runs(25, { gradients: saying(vectors) })
      assert.ok(unevenness(views(outcomes, second), telling.second) < 6)
      return distancesSeen(vectors)
    }),
  )
  assert.deepEqual(seen[1], seen[0])
})

test('two inputs with the same mean look the same to the first server: uniform, but for the mean', async () => {
  const inputs = [vectorsOf(() => 0), vectorsOf((i, k) => (i === 0 ? 3 : i === 1 ? -3 : 0) * (k % 2))]
  const seen = await Promise.all(
    inputs.map(async (vectors) => {
      const outcomes = await runs(25, { gradients: saying(vectors) })
      assert.ok(unevenness(views(outcomes, first), telling.first) < 6)
      return outcomes.map(({ models }) => models[first])
    }),
  )
  assert.deepEqual(seen[1], seen[0])
})

test('these tests see a mask that is used twice', async () => {
  const careless = await runs(25, {
    gradients: saying(vectorsOf(() => 0)),
    decorate: (mesh, position) => {
      const random = seededRandom(mesh.clock.now(), 'always the same')
      return position < n ? { ...mesh, random: { ...mesh.random, bytes: () => random.bytes(32) } } : mesh
    },
  })
  // Each draws its own, but all the same one.
  assert.ok(unevenness(views(careless, second), telling.second) > 100)
})

test('nothing reaches anyone for whom it is not: the dealer and the workers get the challenge and the result alone', async () => {
  const kinds = Array.from({ length: n + 3 }, () => new Set<string>())
  const note = (line: string) => {
    const [, way = '', , tag = ''] = line.split(' ')
    const [phase, kind] = tag.split('/').slice(1)
    kinds[Number(way.slice(way.indexOf('>p') + 2))]?.add(`${phase}/${kind}`)
  }
  await aggregateTogether({ ...base, seed: 1, steps: 2, onTrace: note })
  const toAll = ['share/challenge', 'result/value']
  const toServers = ['check/digest', 'triple/first', 'share/have', 'check/have']
  const expected = [
    ...Array.from({ length: n }, () => toAll),
    [...telling.first, ...toServers],
    [...telling.second, ...toAll, 'triple/second', 'triple/correction', 'check/proven', 'check/digest'],
    toAll,
  ]
  assert.deepEqual(
    kinds.map((heard) => [...heard].sort()),
    expected.map((heard) => heard.toSorted()),
  )
})

/** What the second server's rule is given. */
async function distancesSeen(vectors: readonly Float32Array[]): Promise<Float64Array> {
  let seen = new Float64Array()
  const spying = ownRule({
    name: 'spying',
    *run({ n }) {
      seen = (yield { kind: 'squared-distances' }).slice()
      return { kind: 'mean', positions: Array.from({ length: n }, (_, i) => i) }
    },
  })
  await aggregateTogether({ ...base, seed: 1, rule: spying, gradients: saying(vectors) })
  return seen
}

test('the two servers together have every vector', async () => {
  const vectors = vectorsOf(() => 0)
  const { transcripts } = await aggregateTogether({ ...base, seed: 2, gradients: saying(vectors) })
  const [one, other] = [transcripts[first] as Transcript, transcripts[second] as Transcript]
  for (const [i, vector] of vectors.entries()) {
    const a = ring.expand(payloadOf(one, 'share/seed', i), 0, dimension)
    const b = wordsIn(payloadOf(other, 'share/rest', i))
    assert.deepEqual(Float32Array.from(decode(ring.add(a, b), fractionBits)), vector)
  }
})

for (const [name, position, sender] of [
  ['first', first, second],
  ['second', second, first],
] as const)
  test(`the ${name} server and the dealer together have every vector`, async () => {
    const vectors = vectorsOf(() => 0)
    const { transcripts } = await aggregateTogether({ ...base, seed: 3, gradients: saying(vectors) })
    const view = transcripts[position] as Transcript
    const sizes = sizesOf(dimension, { workers: n, fixedPoint: defaultFixedPoint })
    const [toFirst = new Uint8Array(), toSecond = new Uint8Array()] = transcripts[dealer]?.drawn ?? []
    const halves = [firstHalf(ring, toFirst, sizes), secondHalf(ring, toSecond, new Uint32Array(), sizes)]
    for (const [i, vector] of vectors.entries()) {
      const own =
        position === first
          ? ring.expand(payloadOf(view, 'share/seed', i), 0, dimension)
          : wordsIn(payloadOf(view, 'share/rest', i))
      // What the other server opened is its half less its share of the mask, which the dealer knows.
      const opened = wordsIn(payloadOf(view, 'distance/opened', sender, i))
      const mask = halves[position === first ? 1 : 0]?.row(i) ?? new Uint32Array()
      const x = ring.add(own, ring.add(opened, mask))
      assert.deepEqual(Float32Array.from(decode(x, fractionBits)), vector)
    }
  })

test('two workers that share nothing and a unit vector let the second server read a coordinate of all', async () => {
  const [k, c] = [5, 8]
  const vectors = vectorsOf(() => 0)
  vectors[0] = new Float32Array(dimension)
  vectors[1] = new Float32Array(dimension).fill(c, k, k + 1)
  const distances = await distancesSeen(vectors)
  for (const i of [2, 3]) {
    // |x|^2 - |x - c e_k|^2 = 2 c x_k - c^2
    const read = ((distances[i * n] ?? 0) - (distances[i * n + 1] ?? 0) + c * c) / (2 * c)
    assert.equal(read, vectors[i]?.[k])
  }
})

test('Krum, which selects one, shows the first server and then everyone that one’s raw gradient', async () => {
  const vectors = vectorsOf(() => 0)
  const { models, reports } = await aggregateTogether({
    ...base,
    seed: 1,
    rule: 'krum',
    gradients: saying(vectors),
  })
  const chosen = reports[second]?.[0]?.weights?.indexOf(1) ?? -1
  const expected = vectors[chosen]?.map((x) => Math.fround(-0.2 * x))
  assert.deepEqual(models[first], expected)
})
