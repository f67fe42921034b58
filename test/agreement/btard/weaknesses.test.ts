/** What BTARD does not withstand, and what it costs where its assumptions do not hold (docs/protocols/btard.md). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { constant } from '../../../src/sim/latency.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { seeded } from '../../sim/seeded.ts'
import { farthestFrom, type Liar, type ProtocolSwarm, runProtocol } from '../protocol-swarm.ts'
import { disputing, shifted, wrongGradient } from './liars.ts'
import { bansOf, replay, reportsOf } from './replay.ts'

const common = { protocol: 'btard', f: 1, latency: constant(10) } as const

seeded(
  'what colluders did in the last steps stays in the model, where no validator looked at them',
  async ({ seed }) => {
    const [n, f, steps] = [9, 2, 6]
    const atTheEnd = (step: number) => step > steps - 3
    const liars = new Map([
      [0, shifted(0.9, atTheEnd)],
      [1, shifted(0.9, atTheEnd)],
    ])
    const swarm: ProtocolSwarm = { ...common, n, f, steps, seed }
    const free = await runProtocol(swarm)
    const attacked = await runProtocol({ ...swarm, liars })
    const [model = new Float32Array()] = free.models.values()
    assert.deepEqual(bansOf(reportsOf(attacked)), [])
    assert.deepEqual((await replay(attacked, swarm)).bent, [4, 5, 6])
    const off = farthestFrom(model, attacked.models.values())
    assert.ok(off > 0.2, `${off}`)
  },
)

seeded('f + 1 liars that are in dispute with an honest peer get it banned', async ({ seed }) => {
  const liars = new Map([
    [0, disputing(4)],
    [1, disputing(4)],
  ])
  await assert.rejects(runProtocol({ ...common, n: 6, steps: 2, seed, liars }), (error) =>
    isCoded(error, 'AGREEMENT_BTARD_BANNED'),
  )
})

seeded(
  'a peer that means no harm and holds other data, or computes other bits, is banned',
  async ({ seed }) => {
    const roundsOtherwise: Liar = wrongGradient((gradient) => gradient.map((x) => x * (1 + 2 ** -23)))
    const swarm: ProtocolSwarm = { ...common, n: 5, steps: 30, seed, liars: new Map([[0, roundsOtherwise]]) }
    assert.match(bansOf(reportsOf(await runProtocol(swarm))).join(), /^\d+ p000 gradient$/)
  },
)

test('an honest peer that needs longer than the deadline is banned, and told why', async () => {
  const workMs = (member: number) => constant(member === 3 ? 500 : 1)
  await assert.rejects(runProtocol({ ...common, n: 5, steps: 2, workMs }), (error) => {
    assert.ok(isCoded(error, 'AGREEMENT_BTARD_BANNED'))
    return /said nothing/.test(error.message)
  })
})

test('an honest peer that is cut off is banned, and the others go on', async () => {
  const cutOff: Liar = {
    mesh: (mesh, { clock, network }) => {
      clock.after(200, () => {
        for (const { peer } of mesh.members) network.disconnect(mesh.self, peer)
      })
      return mesh
    },
  }
  const run = await runProtocol({ ...common, n: 5, steps: 4, liars: new Map([[3, cutOff]]) })
  assert.match(bansOf(reportsOf(run)).join(), /^2 p003 silent$/)
  assert.equal(reportsOf(run).length, 4)
})

test('a liar that speaks just in time costs a deadline in each exchange, and is not banned', async () => {
  const slow: Liar = {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        async publish(tag, payload, options) {
          if (tag.kind === 'said') await mesh.clock.sleep(150)
          await mesh.publish(tag, payload, options)
        },
      }),
  }
  const swarm = { ...common, n: 5, steps: 4 }
  const [quick, slowed] = [
    await runProtocol(swarm),
    await runProtocol({ ...swarm, liars: new Map([[0, slow]]) }),
  ]
  assert.deepEqual(bansOf(reportsOf(slowed)), [])
  assert.ok(slowed.world.clock.now() >= quick.world.clock.now() + 4 * 4 * 150)
})

test('a radius far below what gradients differ by makes everybody compute every gradient, and bans nobody', async () => {
  const swarm: ProtocolSwarm = { ...common, protocol: 'btard:tau=1e-4', n: 5, steps: 3, noise: 2 }
  const reports = reportsOf(await runProtocol(swarm))
  assert.deepEqual(bansOf(reports), [])
  assert.ok(
    reports.every(({ refusal }) => refusal === undefined),
    'all steps are taken',
  )
  assert.ok(
    reports.some(({ gradients }) => gradients >= 4),
    reports.map(({ gradients }) => gradients).join(),
  )
})
