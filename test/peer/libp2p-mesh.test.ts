import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../../src/mesh/codec.ts'
import type { Describe } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import { createLibp2pMesh, type Libp2pMesh } from '../../src/peer/libp2p-mesh.ts'
import { meshContract } from '../mesh-contract.ts'
import {
  connect,
  connectAll,
  disconnect,
  eventually,
  type Key,
  type Node,
  newKeys,
  roomyLimits,
  rosterOf,
  startNode,
  stop,
} from './loopback.ts'

meshContract('libp2p', async ({ n, describe, limits }) => {
  const keys = await newKeys(n)
  const roster = rosterOf(keys)
  const nodes = await Promise.all(
    keys.map((key, member) => startNode(key, roster, { describe: describe(member), limits })),
  )
  await connectAll(nodes.map(({ host }) => host))
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
})

const describe: Describe = () => ({ maxBytes: 1 << 20, codec: bytes, audience: 'all' })
const note = (step: number, hop = 0): Tag => ({ step, phase: 'note', kind: 'value', hop })

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
    return createLibp2pMesh({ host, roster, describe, limits: roomyLimits, f: 0 })
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

test('members with two connections are in gossip again when one of them breaks', async () => {
  const keys = await newKeys(2)
  const nodes = (await Promise.all(keys.map((key) => startNode(key, rosterOf(keys), { describe })))) as [
    Node,
    Node,
  ]
  const [alice, bob] = nodes
  await connect(alice.host, bob.host)
  await Promise.all(nodes.map(({ host }) => inGossip(host, 1)))
  await bob.host.node.dial(alice.host.node.getMultiaddrs(), { force: true })
  await eventually(alice.host, () => alice.host.node.getConnections().length === 2)
  const [first] = alice.host.node.getConnections()
  await first?.close()
  for (const [i, { mesh, host }] of nodes.entries()) {
    let reached: ReadonlySet<string> = new Set()
    while (reached.size === 0) {
      const { recipients } = await host.node.services.gossip.publish(
        host.node.services.gossip.getTopics()[0] ?? '',
        Uint8Array.of(i, ...mesh.random.bytes(8)),
      )
      reached = new Set(recipients.map(String))
      await mesh.clock.sleep(10)
    }
  }
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
