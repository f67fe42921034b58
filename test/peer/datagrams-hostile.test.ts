/** What strangers and members can do to the socket for datagrams, and to the streams on which their keys are agreed on. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, before, type TestContext, test } from 'node:test'
import { decodeDatagramHeader, type Unsealed } from '../../src/gossip/datagram.ts'
import type { Fault, FaultKind } from '../../src/mesh/fault.ts'
import type { InboxLimits } from '../../src/mesh/inbox.ts'
import type { Drop } from '../../src/peer/datagrams.ts'
import { maxDatagramFaults } from '../../src/peer/limits.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { DatagramPeer, throwAt } from './datagram-peer.ts'
import { chunk, describe, dropped, heard, payloadOf, swarm, until } from './datagram-swarm.ts'
import {
  disconnect,
  type Key,
  type Node,
  type NodeOptions,
  newKeys,
  reaches,
  rosterOf,
  startNode,
  stop,
} from './loopback.ts'

/** One member, and a second that sends it what it likes. */
async function attacked(t: TestContext, options: Partial<NodeOptions> = {}, answer?: Uint8Array) {
  const { nodes, keys } = await swarm(t, 1, () => options)
  const [victim] = nodes as [Node]
  const hostile = await DatagramPeer.connect(keys[1] as Key, victim.host, answer)
  t.after(() => hostile.close())
  return { victim, hostile }
}

/** Another part for every test. */
let fresh = 0
/** The two of most attacks: a member, and one that it blames. */
let victim: Node
let hostile: DatagramPeer

before(async () => {
  const keys = (await newKeys(2)) as [Key, Key]
  victim = await startNode(keys[0], rosterOf(keys), { describe, datagrams: true })
  victim.mesh.advance(1)
  hostile = await DatagramPeer.connect(keys[1], victim.host)
})

after(async () => {
  await hostile.close()
  await stop([victim])
})

/** Runs `attack` on the victim; then it hears the next chunk of the one that attacked. Returns the faults. */
async function thrownAtVictim(attack: () => Promise<void>): Promise<readonly Fault[]> {
  victim.faults.length = 0
  await attack()
  const tag = chunk(fresh++)
  await hostile.say({ tag, payload: payloadOf(1) })
  const signal = AbortSignal.timeout(20_000)
  for await (const { from } of victim.mesh.listen(tag, { signal })) {
    assert.equal(from, hostile.host.self)
    return victim.faults
  }
  assert.fail(`it is not heard: ${JSON.stringify(victim.mesh.datagrams())}`)
}

/** What can be thrown at a socket, and why it is dropped. A good datagram is given, which was not sent before. */
const thrown: readonly [string, Drop, (good: Uint8Array) => Uint8Array][] = [
  ['nothing at all', 'strange', () => new Uint8Array(0)],
  ['random bytes', 'strange', () => seededRandom(1, 'datagram').bytes(500)],
  ['as much as a datagram holds', 'strange', () => seededRandom(2, 'datagram').bytes(65_507)],
  ['a header alone', 'strange', (good) => good.subarray(0, 16)],
  ['one byte too few for a seal', 'strange', (good) => good.subarray(0, 31)],
  ['a datagram under another key id', 'strange', (good) => flip(good, 7)],
  ['a datagram under another counter', 'forged', (good) => flip(good, 9)],
  ['a datagram with a flipped bit in its tag', 'forged', (good) => flip(good, 20)],
  ['a datagram with a flipped bit in its payload', 'forged', (good) => flip(good, 90)],
  ['a datagram with a flipped bit in its seal', 'forged', (good) => flip(good, good.byteLength - 1)],
  ['a datagram cut short', 'forged', (good) => good.subarray(0, good.byteLength - 1)],
  ['a datagram with a byte behind it', 'forged', (good) => Buffer.concat([good, Buffer.of(0)])],
  [
    'a datagram made as large as any',
    'forged',
    (good) => Buffer.concat([good, Buffer.alloc(65_507 - good.byteLength)]),
  ],
  ['a counter beyond all numbers', 'strange', (good) => Uint8Array.from(good).fill(0xff, 8, 16)],
]
for (const [title, why, forge] of thrown)
  test(`${title}: it is dropped as ${why}, nobody is blamed, and the next one is heard`, async () => {
    const faults = await thrownAtVictim(async () => {
      const good = await hostile.sealed({ tag: chunk(fresh++), payload: payloadOf(0) })
      const before = dropped(victim, why)
      await hostile.throw(forge(good))
      await until(victim.mesh, () => dropped(victim, why) === before + 1)
    })
    assert.deepEqual(faults, [])
  })

test('a good datagram from an address that nobody knows is taken: what verifies is what counts', async (t) => {
  const stranger = createSocket('udp4')
  t.after(() => void stranger.close())
  const faults = await thrownAtVictim(async () => {
    const taken = victim.mesh.datagrams()?.taken ?? 0
    const good = await hostile.sealed({ tag: chunk(fresh++), payload: payloadOf(0) })
    await throwAt(stranger, (await hostile.invited()).ports.ip4, good)
    await until(victim.mesh, () => victim.mesh.datagrams()?.taken === taken + 1)
  })
  assert.deepEqual(faults, [])
})

test('a datagram that comes again and again is taken once, also after its step is forgotten', async (t) => {
  const { victim, hostile } = await attacked(t)
  const good = await hostile.sealed({ tag: chunk(0), payload: payloadOf(0) })
  for (const _ of [1, 2, 3]) await hostile.throw(good)
  await until(victim.mesh, () => dropped(victim, 'replayed') === 2)
  victim.mesh.advance(20)
  await hostile.throw(good)
  await until(victim.mesh, () => dropped(victim, 'replayed') === 3)
  assert.equal(victim.mesh.datagrams()?.taken, 1)
  assert.deepEqual([...victim.faults, ...victim.dropped], [])
})

/** What a member can seal, and the fault that it is. */
const sealedFaults: readonly [string, FaultKind, (said: Unsealed) => readonly Unsealed[]][] = [
  ['a tag that nobody knows', 'MESH_UNKNOWN_TAG', (said) => [under(said, 'rumour')]],
  [
    'a tag that is for all, which would be heard by one alone',
    'GOSSIP_BAD_ENVELOPE',
    (said) => [under(said, 'news')],
  ],
  ['bytes that spell no tag', 'GOSSIP_BAD_ENVELOPE', (said) => [under(said, 'NO TAG')]],
  ['a payload that is too long', 'MESH_TOO_LARGE', ({ tag }) => [{ tag, payload: new Uint8Array(101) }]],
  [
    'a payload as long as a datagram holds',
    'MESH_TOO_LARGE',
    ({ tag }) => [{ tag, payload: new Uint8Array(65_400) }],
  ],
  ['a payload that is too short', 'CODEC_WRONG_LENGTH', ({ tag }) => [{ tag, payload: new Uint8Array(99) }]],
  [
    'two payloads under one tag',
    'MESH_EQUIVOCATION',
    (said) => [said, { tag: said.tag, payload: payloadOf(9) }],
  ],
]
for (const [title, kind, sealing] of sealedFaults)
  test(`${title}: ${kind}, and the member that sealed it is blamed`, async () => {
    const faults = await thrownAtVictim(async () => {
      for (const said of sealing({ tag: chunk(fresh++), payload: payloadOf(0) })) await hostile.say(said)
      await until(victim.mesh, () => victim.faults.length > 0)
    })
    assert.deepEqual(
      faults.map((fault) => [fault.peer, fault.kind]),
      [[hostile.host.self, kind]],
    )
    assert.deepEqual(victim.mesh.evidence(), [], 'what nobody signed proves nothing to others')
  })

test('what is too old or too far ahead, or equal to what was said before, is dropped and held against nobody', async (t) => {
  const { victim, hostile } = await attacked(t)
  victim.mesh.advance(10)
  await hostile.say({ tag: chunk(0, 1), payload: payloadOf(0) })
  await hostile.say({ tag: chunk(0, 15), payload: payloadOf(0) })
  for (const _ of [1, 2]) await hostile.say({ tag: chunk(0, 10), payload: payloadOf(0) })
  await until(victim.mesh, () => victim.dropped.length === 3)
  assert.deepEqual(victim.dropped.map(({ kind }) => kind).sort(), [
    'MESH_REPLAY',
    'MESH_STALE',
    'MESH_TOO_FAR_AHEAD',
  ])
  assert.deepEqual(victim.faults, [])
})

test('a member that commits fault after fault is no longer listened to under its key', async (t) => {
  const { victim, hostile } = await attacked(t)
  for (let i = 0; i < maxDatagramFaults + 10; i++)
    await hostile.say({ tag: { ...chunk(i), phase: 'rumour' }, payload: payloadOf(0) })
  await until(victim.mesh, () => dropped(victim, 'strange') === 10)
  assert.equal(victim.faults.length, maxDatagramFaults)
})

test('a member that floods is held to what one member may say', async (t) => {
  const limits: InboxLimits = { window: 4, maxPendingPerPeer: 5, maxPendingBytesPerPeer: 1 << 20 }
  const { victim, hostile } = await attacked(t, { limits })
  for (let part = 0; part < 8; part++) await hostile.say({ tag: chunk(part), payload: payloadOf(part) })
  await until(victim.mesh, () => victim.faults.length === 3)
  assert.equal((await heard(victim.mesh, 'chunk', 5)).length, 5)
  assert.deepEqual(new Set(victim.faults.map(({ kind }) => kind)), new Set(['MESH_TOO_MANY_PENDING']))
})

test('what was sealed under the key of a connection that is gone is no longer believed', async (t) => {
  const { victim, hostile } = await attacked(t)
  const kept = await hostile.sealed({ tag: chunk(0), payload: payloadOf(0) })
  await disconnect(hostile.host, victim.host)
  await hostile.throw(kept)
  await until(victim.mesh, () => dropped(victim, 'strange') === 1)
  assert.deepEqual(victim.faults, [])
})

/** What a member can do with the stream on which keys are agreed on. */
const frames: readonly [string, FaultKind, (hostile: DatagramPeer) => Promise<unknown>][] = [
  ['a random frame', 'GOSSIP_BAD_ENVELOPE', (h) => h.write(Uint8Array.of(5, 1, 2, 3, 4, 5))],
  ['a frame that says it is long', 'GOSSIP_BAD_ENVELOPE', (h) => h.write(Uint8Array.of(0x80, 0x80, 0x80, 4))],
  [
    'an invitation for another roster',
    'GOSSIP_WRONG_ROSTER',
    (h) => h.invite({ roster: new Uint8Array(32) }),
  ],
  ['no port', 'GOSSIP_BAD_ENVELOPE', (h) => h.invite({ ports: { ip4: 0, ip6: 0 } })],
  [
    'two invitations on one stream',
    'GOSSIP_BAD_ENVELOPE',
    async (h) => {
      const stream = await h.invite()
      stream.send(Uint8Array.of(5, 1, 2, 3, 4, 5))
    },
  ],
]
for (const [title, kind, attack] of frames)
  test(`${title}: ${kind}, and no key comes of it`, async () => {
    const faults = await thrownAtVictim(async () => {
      await attack(hostile)
      await until(victim.mesh, () => victim.faults.length > 0)
    })
    assert.deepEqual(faults, [{ peer: hostile.host.self, kind }])
    assert.deepEqual(victim.mesh.datagrams()?.reached, [])
  })

test('an answer that is no key is the fault of who gave it', async (t) => {
  const { victim, hostile } = await attacked(t, {}, new Uint8Array(31))
  await until(victim.mesh, () => victim.faults.length > 0)
  assert.deepEqual(victim.faults, [{ peer: hostile.host.self, kind: 'GOSSIP_BAD_ENVELOPE' }])
})

test('a member that invites again and again is sent to under one key, the last', async (t) => {
  const { victim, hostile } = await attacked(t)
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => void socket.close())
  const { port } = socket.address()
  for (let i = 0; i < 5; i++) {
    const keyId = new Uint8Array(8).fill(i)
    const stream = await hostile.invite({ keyId, ports: { ip4: port, ip6: 0 } })
    await once(stream, 'message')
    await stream.close()
  }
  await reaches(victim, 1)
  const came = once(socket, 'message')
  await victim.mesh.publish(chunk(0), payloadOf(0), { to: [hostile.host.self], lossy: true })
  const [datagram] = (await came) as [Uint8Array]
  assert.equal(decodeDatagramHeader(datagram)?.counter, 0)
})

function under({ tag, payload }: Unsealed, phase: string): Unsealed {
  return { tag: { ...tag, phase }, payload }
}

function flip(bytes: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[index] = (changed[index] ?? 0) ^ 1
  return changed
}
