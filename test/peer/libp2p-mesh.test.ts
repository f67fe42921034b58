import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Connection } from '@libp2p/interface'
import { decode, encode } from 'it-length-prefixed'
import { hashPayload, rootOf } from '../../src/gossip/chunks.ts'
import { decodeAnswer, encodeRequest } from '../../src/gossip/pull-frames.ts'
import { bytes } from '../../src/mesh/codec.ts'
import type { Describe } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import { createLibp2pMesh, type Libp2pMesh } from '../../src/peer/libp2p-mesh.ts'
import type { PayloadMemory } from '../../src/peer/payload-memory.ts'
import { HostilePeer } from '../hostile-peer.ts'
import { meshContract } from '../mesh-contract.ts'
import {
  connect,
  connectAll,
  disconnect,
  eventually,
  type Key,
  type Node,
  newKeys,
  reaches,
  roomyLimits,
  rosterOf,
  startNode,
  stop,
} from './loopback.ts'

for (const datagrams of [false, true])
  meshContract(
    datagrams ? 'libp2p, with datagrams, places for payloads used again' : 'libp2p',
    async ({ n, describe, limits }) => {
      const keys = await newKeys(n)
      const roster = rosterOf(keys)
      const nodes = await Promise.all(
        keys.map((key, member) =>
          startNode(key, roster, {
            describe: describe(member),
            limits,
            datagrams,
            ...(datagrams && { memory: spoiling() }),
          }),
        ),
      )
      await connectAll(nodes.map(({ host }) => host))
      if (datagrams) await Promise.all(nodes.map((node) => reaches(node, n - 1)))
      const host = (member: number) => {
        const node = nodes[member]
        if (node === undefined) throw new Error(`there is no member ${member}`)
        return node.host
      }
      return {
        meshes: nodes.map(({ mesh }) => mesh),
        run: (body) => body(),
        disconnect: (a, b) => disconnect(host(a), host(b)),
        connect: (a, b) => connect(host(a), host(b)),
        faults: (member) => nodes[member]?.faults ?? [],
        close: () => stop(nodes),
      }
    },
  )

/** Hands out a place again as soon as it is given back, and spoils it first: whoever still reads it reads nonsense. */
function spoiling(): PayloadMemory {
  const free = new Map<number, Uint8Array[]>()
  return {
    take: (byteLength) => free.get(byteLength)?.pop() ?? new Uint8Array(new SharedArrayBuffer(byteLength)),
    release(place) {
      place.fill(0xff)
      free.set(place.byteLength, [...(free.get(place.byteLength) ?? []), place])
    },
  }
}

test('what is pulled lies where the swarm wants it, and is served on from there until its step is forgotten', async () => {
  const keys = await newKeys(3)
  const roster = rosterOf(keys)
  const taken: Uint8Array[] = []
  const released: Uint8Array[] = []
  const memory: PayloadMemory = {
    take(byteLength) {
      const place = new Uint8Array(new SharedArrayBuffer(byteLength))
      taken.push(place)
      return place
    },
    release: (place) => void released.push(place.fill(0xff)),
  }
  const limits = { ...roomyLimits, window: 1 }
  const nodes = await Promise.all(
    keys.map((key, i) => startNode(key, roster, { describe, limits, ...(i === 1 && { memory }) })),
  )
  const [origin, relay, late] = nodes as [Node, Node, Node]
  try {
    await connect(origin.host, relay.host)
    const payload = new Uint8Array(300_000).map((_, i) => i & 0xff)
    await origin.mesh.publish(note(1), payload)
    const signal = AbortSignal.timeout(20_000)
    for await (const { payload: heard } of relay.mesh.listen(note(1), { signal })) {
      assert.equal(heard, taken[0])
      assert.deepEqual(new Uint8Array(heard), payload)
      break
    }
    await stop([origin])
    await connect(relay.host, late.host)
    for await (const { payload: heard } of late.mesh.listen(note(1), { signal })) {
      assert.deepEqual(heard, payload)
      break
    }
    relay.mesh.advance(2)
    assert.deepEqual(released, [])
    relay.mesh.advance(3)
    assert.deepEqual(released, taken)
  } finally {
    await stop([relay, late])
  }
})

const describe: Describe = () => ({ maxBytes: 1 << 20, codec: bytes, audience: 'all' })
const note = (step: number, hop = 0): Tag => ({ step, phase: 'note', kind: 'value', hop })

const privately: Describe = () => ({ maxBytes: 1 << 20, codec: bytes, audience: 'recipients' })

function hasGossip({ status, streams }: Connection): boolean {
  return (
    status === 'open' &&
    streams.some(({ direction, protocol }) => direction === 'outbound' && protocol.startsWith('/meshsub/'))
  )
}

/** Resolves when gossip reaches so many others from this host. */
async function inGossip({ node }: Host, count: number): Promise<void> {
  const { gossip } = node.services
  while (gossip.getSubscribers(gossip.getTopics()[0] ?? '').length < count)
    await new Promise((resolve) => gossip.addEventListener('subscription-change', resolve, { once: true }))
}

async function heard(mesh: Libp2pMesh, tag: Tag, count = 1): Promise<readonly Uint8Array[]> {
  const payloads: Uint8Array[] = []
  for await (const { payload } of mesh.listen(tag, { signal: new AbortController().signal }))
    if (payloads.push(payload) === count) break
  return payloads
}

test('members that were connected before they knew each other as members reach each other by gossip', async () => {
  const keys = (await newKeys(2)) as [Key, Key]
  const roster = rosterOf(keys)
  const hosts = (await Promise.all(
    keys.map(({ key }) => createHost({ key, listen: ['/ip4/127.0.0.1/tcp/0'] })),
  )) as [Host, Host]
  await connect(hosts[0], hosts[1])
  const open = async (host: Host) => {
    host.admit((peer) => keys.some((key) => key.peer === peer))
    return createLibp2pMesh({ host, roster, describe, limits: roomyLimits, liars: () => 0 })
  }
  // One of them is a moment earlier: then the other still refuses its streams.
  const early = await open(hosts[0])
  await early.publish(note(1), Uint8Array.of(1))
  const late = await open(hosts[1])
  await late.publish(note(1), Uint8Array.of(2))
  await Promise.all([early, late].map((mesh) => heard(mesh, note(1), 2)))
  await Promise.all(hosts.map((host) => inGossip(host, 1)))
  for (const mesh of [early, late]) await mesh.close()
  for (const host of hosts) await host.close()
})

test('members whose connection breaks again and again, and comes back at once, are in gossip again each time', async () => {
  const keys = await newKeys(2)
  const nodes = (await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), { describe })))) as [
    Node,
    Node,
  ]
  const [alice, bob] = nodes
  for (let i = 0; i < 10; i++) {
    await connect(alice.host, bob.host)
    if (i % 2 === 0) await Promise.all(nodes.map(({ host }) => inGossip(host, 1)))
    await disconnect(alice.host, bob.host)
  }
  await connect(alice.host, bob.host)
  await Promise.all(nodes.map(({ host }) => inGossip(host, 1)))
  await stop(nodes)
})

test('members with two connections are in gossip again when the one that carried it breaks', async () => {
  const keys = await newKeys(2)
  const roster = rosterOf(keys)
  // So long that nothing but the break itself makes up for it.
  const hostLimits = { gossipPatienceMs: 600_000 }
  const nodes = (await Promise.all(keys.map((key) => startNode(key, roster, { describe, hostLimits })))) as [
    Node,
    Node,
  ]
  const [alice, bob] = nodes
  await connect(alice.host, bob.host)
  await Promise.all(nodes.map(({ host }) => inGossip(host, 1)))
  // Gossip looks at a connection when it is identified: once that is over, it leaves the second one alone.
  const identified = nodes.map(({ host }) => once(host.node, 'peer:identify'))
  await bob.host.node.dial(alice.host.node.getMultiaddrs(), { force: true })
  await Promise.all(identified)
  const carrying = () => alice.host.node.getConnections().filter(hasGossip)
  assert.equal(carrying().length, 1)
  await carrying()[0]?.close()
  while (carrying().length === 0) await alice.mesh.clock.sleep(5)
  await stop(nodes)
})

test('a private payload is not to be had by who knows its digest', async () => {
  const keys = (await newKeys(3)) as [Key, Key, Key]
  const roster = rosterOf(keys)
  const alice = await startNode(keys[0], roster, { describe: privately })
  const payload = Uint8Array.of(1, 2, 3)
  await alice.mesh.publish(note(0), payload, { to: [keys[1].peer] })
  const digest = rootOf(hashPayload(payload), payload.byteLength)
  const request = encodeRequest({ kind: 'pull', origin: keys[0].peer, tag: note(0), digest, firstChunk: 0 })
  const answers = []
  for (const { key } of [keys[1], keys[2]]) {
    const asker = await HostilePeer.connect({
      key,
      rosterDigest: roster.digest,
      victim: alice.host.addresses(),
    })
    const stream = await asker.open('pull')
    stream.send(encode.single(request))
    for await (const frame of decode(stream)) {
      answers.push(decodeAnswer(frame.subarray())?.status)
      break
    }
    await asker.close()
  }
  assert.deepEqual(answers, ['here', 'absent'])
  await stop([alice])
})

test('two hundred private payloads in a burst arrive by a few streams: nothing has to be sent again', async () => {
  const keys = await newKeys(2)
  const options = { describe: privately }
  const nodes = await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), options)))
  const [alice, bob] = nodes as [Node, Node]
  await connect(alice.host, bob.host)
  for (const { mesh } of nodes) mesh.advance(1)
  for (let hop = 0; hop < 200; hop++)
    await alice.mesh.publish(note(1, hop), Uint8Array.of(hop), { to: [bob.mesh.self] })
  const payloads: number[] = []
  const signal = AbortSignal.timeout(30_000)
  for await (const { payload } of bob.mesh.listen({ phase: 'note' }, { signal }))
    if (payloads.push(payload[0] ?? -1) === 200) break
  assert.equal(new Set(payloads).size, 200)
  assert.deepEqual(bob.faults, [])
  // What was said while the connection was new may come once more; with a stream for each it is more than all of them.
  assert.ok(bob.dropped.length < 50, `${bob.dropped.length} came twice`)
  await stop(nodes)
})

test('what a liar said to one member reaches one that was away at that time, through the one that heard it', async () => {
  const keys = (await newKeys(3)) as [Key, Key, Key]
  const nodes = (await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), { describe })))) as [
    Node,
    Node,
    Node,
  ]
  const [liar, listener, absent] = nodes
  for (const { mesh } of nodes) mesh.advance(1)
  await connect(liar.host, listener.host)
  const large = new Uint8Array(200_000).fill(4)
  await liar.mesh.publish(note(1), large, { to: [listener.mesh.self] })
  await heard(listener.mesh, note(1))
  await disconnect(liar.host, listener.host)
  await connect(listener.host, absent.host)
  const [payload] = await heard(absent.mesh, note(1))
  assert.ok(payload !== undefined && Buffer.compare(payload, large) === 0)
  await stop(nodes)
})

test('a peer is told once that it is too far behind, when more than f members are beyond its window', async () => {
  const keys = await newKeys(4)
  const noticed: number[] = []
  const options = { describe, f: 1, onTooFarBehind: (step: number) => noticed.push(step) }
  const nodes = await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), options)))
  await connectAll(nodes.map(({ host }) => host))
  const [slow, ...fast] = nodes as [Node, ...Node[]]
  slow.mesh.advance(1)
  for (const { mesh } of fast) mesh.advance(9)
  for (const { mesh } of fast) await mesh.publish(note(9), Uint8Array.of(9))
  while (slow.dropped.filter(({ kind }) => kind === 'MESH_TOO_FAR_AHEAD').length < fast.length)
    await slow.mesh.clock.sleep(5)
  assert.deepEqual(noticed, [9])
  assert.deepEqual(slow.faults, [])
  await stop(nodes)
})

test('traffic counts what crossed the sockets, at both ends, and the time of pulls', async () => {
  const keys = await newKeys(2)
  const nodes = (await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), { describe })))) as [
    Node,
    Node,
  ]
  const [alice, bob] = nodes
  await connect(alice.host, bob.host)
  for (const { mesh } of nodes) mesh.advance(1)
  const before = bob.mesh.traffic()
  await alice.mesh.publish(note(1), new Uint8Array(1 << 20))
  await heard(bob.mesh, note(1))
  const after = bob.mesh.traffic()
  const taken = after.bytesIn - before.bytesIn
  assert.ok(taken >= 1 << 20 && taken < 1.05 * (1 << 20), `${taken} bytes came in`)
  assert.ok(alice.mesh.traffic().bytesOut >= 1 << 20)
  assert.ok(after.transferMs > before.transferMs)
  await bob.host.node.hangUp(alice.host.node.peerId)
  await eventually(bob.host, () => bob.host.node.getConnections().length === 0)
  assert.ok(bob.mesh.traffic().bytesIn >= after.bytesIn, 'a closed connection is still counted')
  await stop(nodes)
})
