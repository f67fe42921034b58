import assert from 'node:assert/strict'
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import { type ExchangeOptions, exchange, type Gathered, type Wait } from '../../src/mesh/exchange.ts'
import type { Mesh, PeerId } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { uniform } from '../../src/sim/latency.ts'
import { type SimWorld, simulate } from '../../src/sim/world.ts'
import { type Seeded, seeded } from '../sim/seeded.ts'
import { selectiveSilence } from './selective-silence.ts'

const codec = f32(1)
const never = new AbortController().signal
const value = (step: number): Tag => ({ step, phase: 'gradient', kind: 'value', hop: 0 })

function world({ seed, watch }: Pick<Seeded, 'seed' | 'watch'>, n: number): SimWorld {
  const description = { maxBytes: 64, codec: f32(1), audience: 'all' } as const
  return watch(simulate({ n, seed, describe: () => () => description, latency: uniform(1, 10) }))
}

function synchronous(deadlineMs: number, missLimit = 2): Wait {
  return { policy: 'synchronous', deadlineMs, attendance: new Attendance(missLimit) }
}

/** One exchange of the members' positions as values. */
function exchanged(
  mesh: Mesh,
  step: number,
  wait: Wait,
  least: number,
  onWaiting?: ExchangeOptions<Float32Array>['onWaiting'],
): Promise<Gathered<Float32Array>> {
  mesh.advance(step)
  const position = mesh.members.findIndex(({ peer }) => peer === mesh.self)
  return exchange(mesh, value(step), Float32Array.of(position), {
    codec,
    wait,
    least,
    ...(onWaiting === undefined ? {} : { onWaiting }),
    signal: never,
  })
}

seeded(
  'synchronous: all vectors come in, sorted by peer id, without waiting for the deadline',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch }, 5)
    const gathered = await clock.until(
      Promise.all(meshes.map((mesh) => exchanged(mesh, 1, synchronous(1000), 4))),
    )
    for (const { heard, missing } of gathered) {
      assert.deepEqual(
        heard.map(({ peer }) => peer),
        meshes.map(({ self }) => self),
      )
      assert.deepEqual(
        heard.map(({ value }) => value[0]),
        [0, 1, 2, 3, 4],
      )
      assert.deepEqual(missing, [])
    }
    assert.ok(clock.now() < 20, `it took until ${clock.now()} ms`)
  },
)

seeded('quorum: exactly the first n - f vectors, its own among them', async ({ seed, watch }) => {
  const { clock, meshes } = world({ seed, watch }, 7)
  const gathered = await clock.until(
    Promise.all(meshes.map((mesh) => exchanged(mesh, 1, { policy: 'quorum' }, 5))),
  )
  for (const [i, { heard, missing }] of gathered.entries()) {
    assert.equal(heard.length, 5)
    assert.equal(missing.length, 2)
    assert.ok(heard.some(({ peer }) => peer === meshes[i]?.self))
  }
})

seeded(
  'synchronous: a silent member costs as many deadlines as it may miss, and then none',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch }, 4)
    const honest = meshes.slice(0, 3)
    const took: number[] = []
    const run = honest.map(async (mesh, i) => {
      const wait = synchronous(500, 2)
      for (let step = 1; step <= 6; step++) {
        const began = clock.now()
        const { missing } = await exchanged(mesh, step, wait, 3)
        assert.deepEqual(missing, [meshes[3]?.self])
        if (i === 0) took.push(clock.now() - began)
      }
    })
    await clock.until(Promise.all(run))
    assert.ok(
      took.slice(0, 2).every((ms) => ms >= 500),
      `${took}`,
    )
    assert.ok(
      took.slice(2).every((ms) => ms < 50),
      `${took}`,
    )
  },
)

seeded(
  'synchronous: a member that is silent now and then costs at most one deadline in nine exchanges',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch }, 4)
    const last = meshes[3]
    assert.ok(last !== undefined)
    const attendance = new Attendance(2)
    const deadlineMs = 500
    let deadlines = 0
    const run = meshes.slice(0, 3).map(async (mesh, i) => {
      const wait: Wait = {
        policy: 'synchronous',
        deadlineMs,
        attendance: i === 0 ? attendance : new Attendance(2),
      }
      for (let step = 1; step <= 200; step++) {
        // It misses as soon as it is waited for again, and speaks in time otherwise.
        if (i === 0) {
          last.advance(step)
          if (!attendance.isWaitedFor(last.self))
            await last.publish(value(step), codec.encode(Float32Array.of(9)))
        }
        const began = clock.now()
        await exchanged(mesh, step, wait, 3)
        if (i === 0 && clock.now() - began >= deadlineMs) deadlines += 1
      }
    })
    await clock.until(Promise.all(run))
    assert.ok(deadlines >= 2 && deadlines <= 2 + 200 / 9, `${deadlines} deadlines`)
  },
)

seeded('synchronous: who is disconnected is not waited for', async ({ seed, watch }) => {
  const { clock, network, meshes } = world({ seed, watch }, 4)
  const [a, b, c, gone] = meshes.map(({ self }) => self) as [PeerId, PeerId, PeerId, PeerId]
  for (const peer of [a, b, c]) network.disconnect(peer, gone)
  const run = meshes.slice(0, 3).map((mesh) => exchanged(mesh, 1, synchronous(500), 3))
  await clock.until(Promise.all(run))
  assert.ok(clock.now() < 50, `it took until ${clock.now()} ms`)
})

seeded(
  'synchronous: with fewer than n - f it says so, waits, and goes on by itself when they return',
  async ({ seed, watch }) => {
    const { clock, network, meshes } = world({ seed, watch }, 4)
    const [a, b, c, d] = meshes.map(({ self }) => self) as [PeerId, PeerId, PeerId, PeerId]
    for (const one of [a, b]) for (const other of [c, d]) network.disconnect(one, other)
    const stalls: number[] = []
    const run = meshes.map((mesh, i) =>
      exchanged(mesh, 1, synchronous(500), 3, (_, stalled) => {
        if (i === 0 && stalled) stalls.push(clock.now())
      }),
    )
    clock.after(5000, () => {
      for (const one of [a, b]) for (const other of [c, d]) network.connect(one, other)
    })
    const gathered = await clock.until(Promise.all(run))
    assert.ok((stalls[0] ?? 0) >= 500 && (stalls[0] ?? 0) < 600, `${stalls}`)
    assert.ok(clock.now() >= 5000 && clock.now() < 5100)
    for (const { heard } of gathered) assert.ok(heard.length >= 3)
  },
)

seeded('everyone: a member that is not connected yet is waited for', async ({ seed, watch }) => {
  const { clock, network, meshes } = world({ seed, watch }, 3)
  const [a, b, c] = meshes.map(({ self }) => self) as [PeerId, PeerId, PeerId]
  for (const peer of [a, b]) network.disconnect(peer, c)
  clock.after(300, () => {
    for (const peer of [a, b]) network.connect(peer, c)
  })
  const run = meshes.map((mesh) => exchanged(mesh, 1, { policy: 'everyone', deadlineMs: 1000 }, 2))
  for (const { missing } of await clock.until(Promise.all(run))) assert.deepEqual(missing, [])
})

seeded('a vector with a NaN is absent, and its sender blamed', async ({ seed, watch }) => {
  const { clock, meshes, blames } = world({ seed, watch }, 4)
  const liar = meshes[3] as Mesh
  const run = meshes.slice(0, 3).map((mesh) => exchanged(mesh, 1, synchronous(500), 3))
  await liar.publish(value(1), codec.encode(Float32Array.of(Number.NaN)))
  const gathered = await clock.until(Promise.all(run))
  for (const { missing, refused } of gathered) {
    assert.deepEqual(missing, [liar.self])
    assert.deepEqual(refused, [liar.self])
  }
  assert.equal(blames.length, 3)
  for (const { peer, kind } of blames) assert.deepEqual([peer, kind], [liar.self, 'CODEC_NOT_FINITE'])
  assert.ok(clock.now() < 50, 'a refused vector is not waited for')
})

seeded('an exchange ends with its signal, and leaves nothing running', async ({ seed, watch }) => {
  const { clock, meshes } = world({ seed, watch }, 3)
  const leaving = new AbortController()
  const run = exchange(meshes[0] as Mesh, value(1), Float32Array.of(0), {
    codec,
    wait: synchronous(1e6),
    least: 2,
    signal: leaving.signal,
  })
  clock.after(10, () => leaving.abort(new Error('left')))
  await assert.rejects(clock.until(run), /left/)
})

seeded(
  'selective silence makes no honest vector missed, because what one hears reaches all',
  async ({ seed, watch }) => {
    for (const deadlineMs of [40, 100, 400]) {
      const { missed } = await selectiveSilence({ relay: true, deadlineMs, rounds: 40, seed }, watch)
      assert.equal(missed, 0, `deadline ${deadlineMs} ms`)
    }
  },
  { seeds: [1, 2, 3] },
)

seeded('the same attack does bite where nothing is passed on', async ({ seed, watch }) => {
  const { missed } = await selectiveSilence({ relay: false, deadlineMs: 100, rounds: 40, seed }, watch)
  assert.ok(missed > 0)
})
