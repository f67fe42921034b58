/** What exchanges of self-centred gossip leave of the honest spread: the proven factor, and dissensus over sparse graphs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  mixingFactor,
  type Shift,
  shiftOfClippedGossip,
  shiftOfCsPlus,
  shiftOfGts,
  spectrumOf,
  type Weighing,
} from '../../../src/agreement/gossip-clipping/mixing-factor.ts'
import { clippedGossip, csPlus, gts, type Shrink } from '../../../src/agreement/gossip-clipping/shrinking.ts'
import { type Graph, graphOf } from '../../../src/agreement/graph/graphs.ts'
import { metropolisWeights } from '../../../src/agreement/graph/metropolis.ts'
import { type Random, seededRandom } from '../../../src/util/prng.ts'
import {
  dissensus,
  type Exchange,
  exchanged,
  type Lies,
  linked,
  type Models,
  meanOf,
  spreadAround,
} from './neighbourhoods.ts'

const ways: readonly (readonly [string, Shrink, Shift])[] = [
  ['CS+', csPlus, shiftOfCsPlus],
  ['GTS', gts, shiftOfGts],
  ['ClippedGossip', clippedGossip, shiftOfClippedGossip],
]

const alike = (liars: number, degree: number): Weighing => ({
  liars: liars / (degree + 1),
  heaviest: 1 / (degree + 1),
  areAlike: true,
})

test('eigenvalues of a ring are those of its cosines, and of the complete graph all 1', () => {
  for (const n of [5, 8, 13]) {
    const mu = (k: number) => (2 - 2 * Math.cos((2 * Math.PI * k) / n)) / 3
    const { least, greatest } = spectrumOf(metropolisWeights(graphOf('ring', n)))
    assert.ok(Math.abs(least - mu(1)) < 1e-9 && Math.abs(greatest - mu(Math.floor(n / 2))) < 1e-9)
    const complete = spectrumOf(metropolisWeights(graphOf('complete', n)))
    assert.ok(Math.abs(complete.least - 1) < 1e-9 && Math.abs(complete.greatest - 1) < 1e-9)
  }
})

test('on the complete graph CS+ mixes from n = 5f+1 on, GTS from 9f+1 and ClippedGossip from some 12f to 16f', () => {
  const leastMembers = (f: number, shift: Shift) => {
    let n = 2 * f + 1
    while (mixingFactor({ least: 1, greatest: 1 }, alike(f, n - 1), shift) >= 1) n += 1
    return n
  }
  for (let f = 1; f <= 5; f++) {
    assert.equal(leastMembers(f, shiftOfCsPlus), 5 * f + 1)
    assert.equal(leastMembers(f, shiftOfGts), 9 * f + 1)
    const n = leastMembers(f, shiftOfClippedGossip)
    assert.ok(n >= 12 * f && n <= 16 * f, `${n}`)
  }
})

test('with a liar among the neighbours CS+ is proven to mix on random graphs of 40 from degree 12 on, and not on sparse ones', () => {
  const factor = (degree: number, shift: Shift) =>
    mixingFactor(spectrumOf(metropolisWeights(graphOf('random', 40, { degree }))), alike(1, degree), shift)
  assert.ok(factor(12, shiftOfCsPlus) < 1)
  assert.ok(factor(8, shiftOfCsPlus) > 1)
  assert.equal(factor(4, shiftOfCsPlus), Number.POSITIVE_INFINITY)
  assert.ok(factor(20, shiftOfGts) < 1)
})

/** As many liars as there can be without any honest peer having more than `most` of them for neighbours. */
function chosenLiars(graph: Graph, most: number, random: Random): ReadonlySet<number> {
  const liars = new Set<number>()
  for (let tries = 0; tries < 3 * graph.length; tries++) {
    const next = new Set(liars).add(random.below(graph.length))
    const isFine = graph.every(
      (neighbours, i) => next.has(i) || neighbours.filter((j) => next.has(j)).length <= most,
    )
    if (isFine && next.size < graph.length / 3) liars.add([...next].at(-1) ?? 0)
  }
  return liars
}

/** Nothing; steps away from the victim's own model of all sizes in both directions; and dissensus. */
const worst: Lies = (victim) => {
  const { own, honest } = victim
  const distances = honest.map(({ model }) => Math.hypot(...model.map((x, k) => x - (own[k] ?? 0))))
  const steps = [...distances.flatMap((d) => [d * 0.999, d]), 100].flatMap((d) => [d, -d])
  const lies = own.length === 1 ? steps.map((step) => own.map((x) => x + step)) : []
  return [undefined, ...dissensus(1.5)(victim), ...dissensus(10)(victim), ...lies]
}

test('no exchange leaves more than the proven factor, whatever liars tell each of their neighbours', () => {
  for (let seed = 1; seed <= 32; seed++) {
    const random = seededRandom(seed, 'mixing')
    const n = 12 + random.below(14)
    const degree = 6 + random.below(n - 7)
    const graph = graphOf(seed % 4 === 0 ? 'complete' : 'random', n, { degree, seed })
    const declared = 1 + random.below(2)
    const liars = chosenLiars(graph, declared, random)
    const d = 1 + random.below(2)
    const place = () =>
      Float32Array.from({ length: d }, () => (random.below(2) === 0 ? 1 : -1) + random.normal())
    const models: Models = graph.map((_, i) => (liars.has(i) ? undefined : place()))
    const nodes = metropolisWeights(graph)
    const weights = nodes.flatMap(({ own, neighbours }) => [own, ...neighbours.map(({ weight }) => weight)])
    const heaviest = Math.max(...weights)
    // The heaviest neighbours of a peer: here all neighbours weigh nearly the same.
    const weighing = {
      liars: declared * heaviest,
      heaviest,
      areAlike: heaviest - Math.min(...weights) < 1e-9,
    }
    const before = spreadAround(models, meanOf(models))
    for (const [name, shrink, shift] of ways) {
      const factor = mixingFactor(spectrumOf(nodes), weighing, shift)
      const after = exchanged(models, { graph, shrink, declared, lies: worst })
      const left = Math.sqrt(spreadAround(after, meanOf(models)) / before)
      assert.ok(left <= factor + 1e-6, `SEED=${seed}: ${name} left ${left} of a proven ${factor}`)
    }
  }
})

function afterRounds(models: Models, rounds: number, how: Exchange): number {
  let now = models
  for (let round = 0; round < rounds; round++) now = exchanged(now, how)
  return Math.sqrt(spreadAround(now, meanOf(now)) / spreadAround(models, meanOf(models)))
}

/** Two cliques of five, a peer that is linked to one of each, and a liar that is everybody's neighbour. */
function twoCliques(): { readonly graph: Graph; readonly models: Models } {
  const pairs = (members: readonly number[]) =>
    members.flatMap((i) => members.filter((j) => j < i).map((j) => [i, j] as const))
  const [left, right, joint, liar] = [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], 10, 11]
  const honest = [...left, ...right, joint]
  const edges = [
    ...pairs(left),
    ...pairs(right),
    [joint, 0],
    [joint, 5],
    ...honest.map((i) => [i, liar] as const),
  ]
  const random = seededRandom(1, 'cliques')
  const camp = (i: number) => (left.includes(i) ? -1 : right.includes(i) ? 1 : 0)
  const models = honest.map((i) => Float32Array.from({ length: 3 }, () => camp(i) + 0.2 * random.normal()))
  return {
    graph: linked(12, edges as readonly (readonly [number, number])[]),
    models: [...models, undefined],
  }
}

test('two cliques joined by one peer: dissensus stops plain averaging at 1 and blows it up at 1.5, and clipping keeps them where they are', () => {
  const { graph, models } = twoCliques()
  const plain = (epsilon: number) =>
    afterRounds(models, 20, { graph, shrink: csPlus, declared: 0, lies: dissensus(epsilon) })
  assert.ok(Math.abs(plain(1) - 1) < 1e-5)
  assert.ok(plain(1.5) > 100)
  for (const [name, shrink] of ways)
    for (const epsilon of [1, 1.5, 3]) {
      const left = afterRounds(models, 100, { graph, shrink, declared: 1, lies: dissensus(epsilon) })
      assert.ok(left > 0.9 && left < 1.05, `${name}, epsilon = ${epsilon}: ${left}`)
    }
})

test('where the liar is silent, plain averaging brings two cliques together, and clipping does not: the link might be a liar', () => {
  const { graph, models } = twoCliques()
  const silence: Lies = () => [undefined]
  assert.ok(afterRounds(models, 100, { graph, shrink: csPlus, declared: 0, lies: silence }) < 0.1)
  for (const [name, shrink] of ways) {
    const left = afterRounds(models, 100, { graph, shrink, declared: 1, lies: silence })
    assert.ok(left > 0.9 && left < 1.05, `${name}: ${left}`)
  }
})

test('on sparse random graphs honest models come together although each has a neighbour that spreads dissensus', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const honest = 20
    const random = seededRandom(seed, 'sparse')
    const edges = graphOf('random', honest, { degree: 6, seed }).flatMap((neighbours, i) =>
      neighbours.map((j) => [i, j] as const),
    )
    const graph = linked(honest + 1, [
      ...edges,
      ...Array.from({ length: honest }, (_, i) => [i, honest] as const),
    ])
    const models: Models = graph.map((_, i) =>
      i === honest ? undefined : Float32Array.from({ length: 3 }, () => random.normal()),
    )
    const plain = { graph, shrink: csPlus, declared: 0, lies: dissensus(1.5) }
    assert.ok(afterRounds(models, 20, plain) > 100, `SEED=${seed}`)
    for (const [name, shrink] of ways) {
      const left = afterRounds(models, 20, { ...plain, shrink, declared: 1 })
      assert.ok(left < 0.1, `SEED=${seed}: ${name} left ${left}`)
    }
  }
})

test('with more liars in a neighbourhood than are declared, each way gives in', () => {
  const graph = graphOf('complete', 13)
  const random = seededRandom(1, 'too many')
  for (const [name, shrink] of ways)
    for (const [liars, holds] of [
      [1, true],
      [3, false],
    ] as const) {
      const models: Models = graph.map((_, i) =>
        i < liars ? undefined : Float32Array.from({ length: 2 }, () => random.normal()),
      )
      const away: Lies = ({ own }) => [own.map((x) => x + 1000)]
      const after = exchanged(models, { graph, shrink, declared: 1, lies: away })
      const moved = Math.hypot(...meanOf(after).map((x, k) => x - (meanOf(models)[k] ?? 0)))
      assert.equal(moved < 1, holds, `${name}, ${liars} liars: ${moved}`)
    }
})
