/** How long the server waits for chunks, and whose it takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkCount } from '../../../src/agreement/aggregathor/chunks.ts'
import { chunkTag, describeAggregathor } from '../../../src/agreement/aggregathor/describe.ts'
import { type GatheredChunks, gatherChunks } from '../../../src/agreement/aggregathor/gather-chunks.ts'
import { Attendance } from '../../../src/mesh/attendance.ts'
import type { Mesh, PeerId } from '../../../src/mesh/mesh.ts'
import { constant } from '../../../src/sim/latency.ts'
import { type SimWorld, simulate } from '../../../src/sim/world.ts'

/** Five coordinates in chunks of two: three chunks, the last of one. */
const chunking = { dimension: 5, length: 2 }
const parts = chunkCount(chunking)
const deadlineMs = 100
const never = new AbortController().signal

/** A server and four workers; links from the workers at `lossyFrom` lose nearly everything that may be lost. */
function worldOf(lossyFrom: readonly number[] = [], loss = 0.9999): SimWorld {
  return simulate({
    n: 5,
    seed: 1,
    roles: ['server', 'worker', 'worker', 'worker', 'worker'],
    latency: constant(10),
    link: (from) => ({ loss: lossyFrom.includes(from) ? loss : 0, retransmitMs: 0 }),
    describe: () => describeAggregathor(chunking.dimension, chunking),
  })
}

const server = ({ meshes }: SimWorld) => meshes[0] as Mesh
const workersOf = ({ meshes }: SimWorld): PeerId[] => meshes.slice(1).map(({ self }) => self)

/** Says chunks of a vector of 1s; `lossy` unless told otherwise. */
async function say(mesh: Mesh, which: readonly number[], { lossy = true, value = 1 } = {}): Promise<void> {
  for (const part of which) {
    const chunk = new Float32Array(part === parts - 1 ? 1 : 2).fill(value)
    await mesh.publish(chunkTag(1, part), new Uint8Array(chunk.buffer), { to: ['p000'], lossy })
  }
}

async function gather(world: SimWorld, { least = 3, attendance = new Attendance(2) } = {}) {
  const stalls: boolean[] = []
  const gathered = gatherChunks(server(world), 1, {
    chunking,
    from: workersOf(world),
    deadlineMs,
    attendance,
    least,
    onWaiting: (_, isStalled) => stalls.push(isStalled),
    signal: never,
  })
  return { gathered, stalls }
}

const counts = ({ arrivals }: GatheredChunks) => arrivals.map(([peer, { count }]) => [peer, count])

test('it ends as soon as all chunks of all workers are in', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  for (const mesh of world.meshes.slice(1)) await say(mesh, [2, 0, 1])
  assert.deepEqual(counts(await world.clock.until(gathered)), [
    ['p001', 3],
    ['p002', 3],
    ['p003', 3],
    ['p004', 3],
  ])
  assert.equal(world.clock.now(), 10)
})

test('where one chunk is not there it ends at the deadline, with what is', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  for (const mesh of world.meshes.slice(1, 4)) await say(mesh, [0, 1, 2])
  await say(world.meshes[4] as Mesh, [0, 2])
  const { arrivals } = await world.clock.until(gathered)
  assert.equal(world.clock.now(), deadlineMs)
  assert.deepEqual(arrivals[3]?.[1].missing(), [1])
  assert.deepEqual([...(arrivals[3]?.[1].values ?? [])], [1, 1, 0, 0, 1])
})

test('a worker of which nothing came is absent, and after two such deadlines it is not waited for', async () => {
  const world = worldOf()
  const attendance = new Attendance(2)
  for (let round = 1; round <= 2; round++) attendance.missed('p004')
  const { gathered } = await gather(world, { attendance })
  for (const mesh of world.meshes.slice(1, 4)) await say(mesh, [0, 1, 2])
  assert.equal(counts(await world.clock.until(gathered)).length, 3)
  assert.equal(world.clock.now(), 10)
})

test('a worker that loses chunks is heard: it goes on being waited for', async () => {
  const world = worldOf()
  const attendance = new Attendance(1)
  const { gathered } = await gather(world, { attendance })
  for (const mesh of world.meshes.slice(1, 4)) await say(mesh, [0, 1, 2])
  await say(world.meshes[4] as Mesh, [1])
  await world.clock.until(gathered)
  assert.ok(attendance.isWaitedFor('p004'))
})

test('a transport that loses everything stops nothing: the silent are asked for their first chunk, which is not lost', async () => {
  const world = worldOf([1, 2, 3, 4])
  const { gathered, stalls } = await gather(world)
  for (const mesh of world.meshes.slice(1)) {
    mesh.offer(chunkTag(1, 0), new Uint8Array(8))
    await say(mesh, [0, 1, 2])
  }
  const { arrivals } = await world.clock.until(gathered)
  assert.equal(world.clock.now(), 2 * deadlineMs)
  for (const [peer, arrival] of arrivals) assert.deepEqual(arrival.missing(), [1, 2], peer)
  assert.equal(arrivals.length, 4)
  assert.ok(stalls.includes(true))
})

test('workers that are slower than the deadline are waited for, and f silent ones are not', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  const slow = (async () => {
    await server(world).clock.sleep(450)
    for (const mesh of world.meshes.slice(1, 4)) await say(mesh, [0, 1, 2])
  })()
  assert.deepEqual(counts(await world.clock.until(gathered)), [
    ['p001', 3],
    ['p002', 3],
    ['p003', 3],
  ])
  await slow
  assert.equal(world.clock.now(), 500)
})

test('a chunk that is no vector costs its worker all others too, is blamed, and keeps nobody waiting', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  const liar = world.meshes[1] as Mesh
  await say(liar, [0])
  await say(liar, [1], { value: Number.NaN })
  await say(liar, [2])
  for (const mesh of world.meshes.slice(2)) await say(mesh, [0, 1, 2])
  const result = await world.clock.until(gathered)
  assert.deepEqual(
    counts(result).map(([peer]) => peer),
    ['p002', 'p003', 'p004'],
  )
  assert.deepEqual(result.refused, ['p001'])
  assert.equal(world.clock.now(), 10)
  assert.deepEqual(
    world.blames.map(({ peer, kind, tag }) => ({ peer, kind, part: tag?.part })),
    [{ peer: 'p001', kind: 'CODEC_NOT_FINITE', part: 1 }],
  )
})

test('who says a chunk and is no worker is blamed, and nothing comes of it', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  await say(server(world), [0])
  for (const mesh of world.meshes.slice(1)) await say(mesh, [0, 1, 2])
  assert.equal(counts(await world.clock.until(gathered)).length, 4)
  assert.deepEqual(
    world.blames.map(({ peer, kind }) => [peer, kind]),
    [['p000', 'AGREEMENT_WRONG_ROLE']],
  )
})

test('who leaves is not waited for', async () => {
  const world = worldOf()
  const { gathered } = await gather(world)
  for (const mesh of world.meshes.slice(1, 4)) await say(mesh, [0, 1, 2])
  world.network.disconnect('p000', 'p004')
  await world.clock.until(gathered)
  assert.equal(world.clock.now(), 10)
})

test('it can be called off', async () => {
  const world = worldOf()
  const over = new AbortController()
  const gathered = gatherChunks(server(world), 1, {
    chunking,
    from: workersOf(world),
    deadlineMs,
    attendance: new Attendance(2),
    least: 3,
    onWaiting: () => {},
    signal: over.signal,
  })
  over.abort(new Error('called off'))
  await assert.rejects(gathered, /called off/)
})
