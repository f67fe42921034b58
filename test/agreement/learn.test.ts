/** The published forms of LEARN: what each exchanges at step t, and what comes of it with liars about. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boxDiagonal, diameter } from '../../src/gar/spread.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { seeded, seedsUpTo } from '../sim/seeded.ts'
import { dimension, type Learned, learnTogether, type SwarmOptions } from './swarm.ts'

const base: SwarmOptions = { n: 4, f: 1, seed: 7, steps: 9 }

/** Exchanges of gradients at each step, and of models at the last. */
function exchangesOf({ reports: [one = []] }: Learned): [gradient: number[], model: number] {
  return [one.map(({ gradient }) => gradient?.rounds ?? 0), one.at(-1)?.model?.rounds ?? 0]
}

const forms: readonly [string, Partial<SwarmOptions>, gradient: number[], model: number][] = [
  // rho = 1/2, h = 3: ceil((N ln 2 + 0.5 ln 2) / ln 2) = N + 1 for N = ceil(log2 t) > 0.
  ['heterogeneous, N(t) = ceil(log2 t)', {}, [0, 2, 3, 3, 4, 4, 4, 4, 5], 2],
  ['homogeneous, N(t) = 0', { halvings: 0 }, [0, 0, 0, 0, 0, 0, 0, 0, 0], 2],
  ['N(t) = 2 at every step', { halvings: 2 }, [3, 3, 3, 3, 3, 3, 3, 3, 3], 2],
  ['midpoint, whose factor is 1/2 too', { rule: 'midpoint' }, [0, 2, 3, 3, 4, 4, 4, 4, 5], 2],
  ['practical', { profile: 'practical' }, [1, 1, 1, 1, 1, 1, 1, 1, 1], 1],
  ["Garfield's loop: 1 + ceil(log2 t)", { profile: 'garfield' }, [1, 2, 3, 3, 4, 4, 4, 4, 5], 1],
  ['one exchange a step', { profile: 'single' }, [1, 1, 1, 1, 1, 1, 1, 1, 1], 0],
  ['by hand', { rounds: 3, modelRounds: 1 }, [3, 3, 3, 3, 3, 3, 3, 3, 3], 1],
]

for (const [name, form, gradient, model] of forms)
  test(`the exchanges of a step are those of the form: ${name}`, async () => {
    const learned = await learnTogether({ ...base, ...form })
    assert.deepEqual(exchangesOf(learned), [gradient, model])
    for (const reports of learned.reports) assert.equal(reports.length, base.steps)
  })

test('a growing batch has as many samples as the step has passed; a constant one is the learner’s own', async () => {
  const batches: (number | undefined)[] = []
  const watched: SwarmOptions = {
    ...base,
    n: 1,
    f: 0,
    learner: (learner) => ({
      ...learner,
      gradient(options) {
        batches.push(options.batch)
        return learner.gradient(options)
      },
    }),
  }
  await learnTogether({ ...watched, steps: 4, batch: (step) => step })
  await learnTogether({ ...watched, steps: 2 })
  assert.deepEqual(batches, [1, 2, 3, 4, undefined, undefined])
})

test('without an exchange of models nothing holds them together; with one they stay close', async () => {
  const apart = await learnTogether({ ...base, profile: 'single', liars: [equivocating] })
  const together = await learnTogether({ ...base, profile: 'practical', liars: [equivocating] })
  assert.ok(diameter(apart.models) > 2 * diameter(together.models))
})

/** Tells the first half of the others one thing and the second half the opposite, at every exchange of every step. */
function equivocating(mesh: Mesh): void {
  lie(mesh, (receiver, value) => (receiver % 2 === 0 ? value : -value))
}

/** Says nothing at all. */
function silent(): void {}

/** A NaN, an infinity, or too few bytes. */
function rubbish(mesh: Mesh): void {
  lie(mesh, (receiver) => (receiver % 2 === 0 ? Number.NaN : Number.POSITIVE_INFINITY))
}

function lie(mesh: Mesh, value: (receiver: number, value: number) => number): void {
  const run = async () => {
    for (let step = 1; step <= base.steps; step++) {
      mesh.advance(step)
      for (const phase of ['gradient', 'model'])
        for (let hop = 0; hop < 6; hop++)
          for (const [receiver, { peer }] of mesh.members.entries()) {
            const vector = new Float32Array(dimension).fill(value(receiver, 3))
            const tag = { step, phase, kind: 'value', hop }
            await mesh.publish(tag, f32(dimension).encode(vector), { to: [peer] })
          }
      // It goes on when an honest member does.
      const next = { step: step + 1, phase: 'gradient', kind: 'value', hop: 0 }
      const heard = new AbortController()
      for await (const { from } of mesh.listen(next, { signal: heard.signal })) if (from !== mesh.self) break
    }
  }
  void run()
}

const liars = { equivocating, silent, rubbish }

for (const policy of ['synchronous', 'quorum', 'reliable'] as const)
  for (const [name, liar] of Object.entries(liars))
    seeded(
      `agreement, validity, termination: ${policy}, a liar is ${name}`,
      async ({ seed, watch }) => {
        // Under quorum anyone may be late: n >= 5f+1.
        const [n, late] = policy === 'quorum' ? [6, 1] : [4, 0]
        const { reports } = await learnTogether({ ...base, n, late, seed, policy, liars: [liar] }, watch)
        for (let step = 0; step < base.steps; step++)
          for (const phase of ['gradient', 'model'] as const) check(reports, step, phase)
      },
      { seeds: seedsUpTo(5) },
    )

function check(reports: Learned['reports'], step: number, phase: 'gradient' | 'model'): void {
  const agreements = reports.map((ofMember) => ofMember[step]?.[phase])
  const before = agreements.map((agreement) => agreement?.before ?? new Float32Array())
  const after = agreements.map((agreement) => agreement?.after ?? new Float32Array())
  const where = `step ${step + 1}, ${phase}`
  // The factor of the exchanges together, from each one's own worst case.
  const factors = agreements.map((one) => (one?.exchanges ?? []).map(({ factor }) => factor))
  const rounds = Array.from({ length: agreements[0]?.rounds ?? 0 }, (_, hop) => hop)
  const proven = rounds.reduce(
    (product, hop) => product * Math.max(...factors.map((one) => one[hop] ?? 1)),
    1,
  )
  const [was, is] = [boxDiagonal(before), boxDiagonal(after)]
  assert.ok(is <= proven * was + 1e-5, `${where}: ${was} became ${is}, ${proven} is proven`)
  for (let k = 0; k < dimension; k++) {
    const column = before.map((vector) => vector[k] ?? Number.NaN)
    const [low, high] = [Math.min(...column) - 1e-5, Math.max(...column) + 1e-5]
    for (const vector of after)
      assert.ok(
        (vector[k] ?? Number.NaN) >= low && (vector[k] ?? Number.NaN) <= high,
        `${where}: left the range`,
      )
  }
}

test('over reliable broadcast every exchange proves the factor of u = 0, whoever is missing', async () => {
  const { reports } = await learnTogether({ ...base, policy: 'reliable', liars: [silent] })
  for (const { gradient, model } of reports.flat())
    for (const agreement of [gradient, model]) {
      assert.equal(agreement?.unprovenRounds, 0)
      assert.ok(agreement?.exchanges.every(({ late, factor }) => late === 0 && factor === 1 / 2))
    }
})

test('what an agreement of several exchanges sees of the spread shrinks, and of one there is nothing to compare', async () => {
  const { reports } = await learnTogether({ ...base, steps: 6 })
  for (const { gradient, model } of reports.flat()) {
    assert.equal(model?.hasShrunk, true)
    assert.equal(gradient?.hasShrunk, (gradient?.rounds ?? 0) < 2 ? undefined : true)
  }
  const practical = await learnTogether({ ...base, profile: 'practical' })
  for (const { model } of practical.reports.flat()) assert.equal(model?.hasShrunk, undefined)
})
