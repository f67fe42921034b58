/** AggregaThor where nothing is lost: what is promised with f liars, and what becomes of it with more, or a server that lies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelTag } from '../../../src/agreement/tags.ts'
import { f32 } from '../../../src/mesh/codec.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { constant } from '../../../src/sim/latency.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { farthestFrom, type Liar, type ProtocolSwarm, runProtocol, silent } from '../protocol-swarm.ts'
import { all, errorOf, oneNoise, positions } from './swarm.ts'

const protocol = 'aggregathor'
const attacks = [
  'ipm:tau=10',
  'ipm:tau=0.5',
  'sign-flip',
  'alie',
  'min-max',
  'mimic',
  'gaussian',
  'constant',
  'garbage',
  'silent',
]

/** Says something else in the place of its vectors. */
const saying = (change: (payload: Uint8Array) => Uint8Array): Liar => ({
  mesh: (mesh) =>
    wrappedMesh(mesh, {
      publish: (tag, payload, options) =>
        mesh.publish(tag, tag.kind === 'value' ? change(payload) : payload, options),
    }),
})
const scaled = (factor: number) =>
  saying((payload) => new Uint8Array(new Float32Array(payload.slice().buffer).map((x) => factor * x).buffer))
const notANumber = saying(
  (payload) => new Uint8Array(new Float32Array(payload.length / 4).fill(Number.NaN).buffer),
)
const tooShort = saying((payload) => payload.slice(4))

const swarm: ProtocolSwarm = { protocol, n: 7, f: 2, rule: 'multikrum', steps: 20, apart: 0, noise: 0.1 }
const liarsAt = (...liars: readonly (readonly [number, Liar])[]) => new Map(liars)
const ones = new Float32Array(6).fill(1)

test('without liars and with an average it is plain SGD: each step leaves 1 - eta of the way to where the mean loss is least', async () => {
  const { models, best } = await runProtocol({ ...swarm, f: 0, rule: 'average', apart: 0.3, noise: 0 })
  const [theta = []] = models.values()
  for (const [k, x] of theta.entries()) {
    const center = best[k] ?? Number.NaN
    assert.ok(Math.abs(x - center * (1 - 0.8 ** swarm.steps)) < 1e-6, `coordinate ${k}`)
  }
})

for (const [rule, f] of [
  ['multikrum', 8],
  ['bulyan', 4],
  ['bulyan-multikrum', 4],
] as const)
  test(`${rule}: ${f} liars of 19 that know all gradients leave the model where its noise would`, async () => {
    for (const [i, attack] of attacks.entries()) {
      const seed = f + i
      const error = await errorOf({ rule, f, seed, attacks: all(positions(1, f), attack) })
      assert.ok(error < 3 * oneNoise, `${attack}, SEED=${seed}: ${error}`)
    }
  })

test('an average does not withstand them, nor does Multi-Krum n-f-1 liars that agree, of which each has n-f-2 like it', async () => {
  const average = await errorOf({ rule: 'average', f: 0, attacks: all(positions(1, 8), 'ipm:tau=10') })
  assert.ok(average > 1e3, `${average}`)
  for (const rule of ['multikrum', 'bulyan']) {
    const f = rule === 'bulyan' ? 4 : 8
    const error = await errorOf({ rule, f, attacks: all(positions(1, 10), 'ipm:tau=10') })
    assert.ok(error > 1e3, `${rule}: ${error}`)
  }
})

test('f silent workers stop nothing, and from the third step on they are not waited for', async () => {
  const liars = liarsAt([6, silent], [7, silent])
  const { models, world, reports } = await runProtocol({ ...swarm, liars })
  assert.ok(farthestFrom(ones, models.values()) < 0.3)
  assert.equal(reports[0]?.length, swarm.steps)
  // Two deadlines of 200 ms, and two ways of 20 ms at most a step.
  assert.ok(world.clock.now() <= 2 * 200 + 20 * 2 * 20 + 20, `${world.clock.now()} ms`)
  assert.deepEqual(reports[0]?.[0]?.gradient?.missing, ['p006', 'p007'])
})

test('with f + 1 silent workers nothing is made up: it waits', async () => {
  const liars = liarsAt([5, silent], [6, silent], [7, silent])
  await assert.rejects(runProtocol({ ...swarm, liars }), (error) => isCoded(error, 'SIM_STALLED'))
})

test('what is no vector is refused, blamed and absent, and no late honest worker is told from it', async () => {
  for (const rubbish of [notANumber, tooShort]) {
    const liars = liarsAt([1, rubbish], [7, silent])
    const { models, world, reports } = await runProtocol({ ...swarm, liars })
    assert.ok(farthestFrom(ones, models.values()) < 0.3)
    assert.deepEqual([...new Set(world.blames.map(({ peer }) => peer))], ['p001'])
    assert.equal(reports[0]?.[0]?.gradient?.exchanges[0]?.late, rubbish === notANumber ? 1 : 2)
  }
})

test('an honest worker that is later than the deadline is one of the f, and comes to the trained model all the same', async () => {
  const workMs = (member: number) => constant(member === 3 ? 250 : 1)
  const { models, reports, world } = await runProtocol({ ...swarm, workMs })
  assert.ok(farthestFrom(ones, models.values()) < 0.3)
  assert.deepEqual(world.blames, [])
  assert.ok((reports[3]?.length ?? 0) > 0)
})

test('every member reports every step, the server keeps the model, and nobody is blamed', async () => {
  const { models, reports, world } = await runProtocol({ ...swarm, steps: 5 })
  assert.deepEqual([...models.keys()], [0])
  for (const of of reports)
    assert.deepEqual(
      of.map(({ step }) => step),
      [1, 2, 3, 4, 5],
    )
  assert.deepEqual(world.blames, [])
})

test('a worker that says a model is blamed by everybody and believed by nobody', async () => {
  const usurper: Liar = {
    mesh: (mesh) => {
      const model = f32(6).encode(new Float32Array(6).fill(99))
      return wrappedMesh(mesh, {
        publish: async (tag, payload, options) => {
          await mesh.publish(modelTag(tag.step), model)
          await mesh.publish(tag, payload, options)
        },
      })
    },
  }
  const { models, world } = await runProtocol({ ...swarm, liars: liarsAt([2, usurper]) })
  assert.ok(farthestFrom(ones, models.values()) < 0.3)
  const blamed = world.blames.filter(({ kind }) => kind === 'AGREEMENT_WRONG_ROLE')
  assert.deepEqual([...new Set(blamed.map(({ peer }) => peer))], ['p002'])
  assert.ok(blamed.length >= 5)
})

test('the server is trusted: one that lies decides what workers keep, and one that is silent ends everything', async () => {
  const { world } = await runProtocol({ ...swarm, steps: 6, liars: liarsAt([0, scaled(-50)]) })
  const over = new AbortController()
  for await (const { payload } of (world.meshes[1] as Mesh).listen(modelTag(7), { signal: over.signal })) {
    const model = new Float32Array(payload.slice().buffer)
    assert.ok(farthestFrom(ones, [model]) > 10)
    over.abort()
  }
  assert.deepEqual(world.blames, [])
  await assert.rejects(runProtocol({ ...swarm, liars: liarsAt([0, silent]) }), (error) =>
    isCoded(error, 'SIM_STALLED'),
  )
})

test('a model or a gradient that is no longer finite ends learning with its reason', async () => {
  await assert.rejects(runProtocol({ ...swarm, rate: 1e30 }), (error) => isCoded(error, 'AGREEMENT_DIVERGED'))
})
