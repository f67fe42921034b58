/** What strangers can do to a host: little, and not for long. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { protocolId } from '../../src/gossip/wire.ts'
import { bytes } from '../../src/mesh/codec.ts'
import type { Refusal } from '../../src/peer/errors.ts'
import { createHost } from '../../src/peer/host.ts'
import { createLibp2pMesh } from '../../src/peer/libp2p-mesh.ts'
import { type HostLimits, maxConnectionsPerMember, maxStrangers } from '../../src/peer/limits.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { HostilePeer } from '../hostile-peer.ts'
import { eventually, type Key, type Node, newKey, newKeys, rosterOf, startNode, stop } from './loopback.ts'

const describe = () => ({ maxBytes: 16, codec: bytes, audience: 'all' }) as const
let keys: readonly Key[]
/** Gives strangers all the time they want. */
let node: Node
/** Gives strangers little time. */
let hasty: Node
const nodes: Node[] = []
const visitors: HostilePeer[] = []

before(async () => {
  keys = await newKeys(2)
  const startWith = (hostLimits: Partial<HostLimits>) =>
    startNode(keys[0] as Key, rosterOf(keys), { describe, hostLimits })
  node = await startWith({ strangerIdleMs: 60_000 })
  hasty = await startWith({ strangerIdleMs: 1_000, handshakeTimeoutMs: 200 })
  nodes.push(node, hasty)
})
after(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()))
  await stop(nodes)
})

async function approach({ key }: Key, { host } = node): Promise<HostilePeer> {
  const rosterDigest = rosterOf(keys).digest
  const visitor = await HostilePeer.connect({ key, rosterDigest, victim: host.addresses() })
  visitors.push(visitor)
  return visitor
}

async function refused(code: Refusal['code'], { mesh, refusals } = node): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (refusals.some((refusal) => refusal.code === code)) return
    await mesh.clock.sleep(10)
  }
  assert.fail(`${code} was not seen; refusals: ${JSON.stringify(refusals)}`)
}

for (const protocol of ['pull', 'direct'] as const)
  test(`a stranger that opens a ${protocol} stream is refused: PEER_MEMBERS_ONLY`, async () => {
    node.refusals.length = 0
    const stranger = await approach(await newKey())
    await stranger.randomFrame(protocol, 1)
    await refused('PEER_MEMBERS_ONLY')
    await stranger.close()
    assert.deepEqual(node.faults, [], 'it is no member, so there is nobody to blame')
  })

test('a stranger is not spoken to by gossip, and what it says by gossip is refused', async () => {
  node.refusals.length = 0
  const stranger = await approach(await newKey())
  await refused('PEER_MEMBERS_ONLY')
  assert.ok(node.refusals.some((r) => r.code === 'PEER_MEMBERS_ONLY' && r.protocol.startsWith('/meshsub')))
  assert.deepEqual(node.host.node.services.gossip.getPeers(), [])
  await stranger.close()
})

test('a stranger that asks for nothing is disconnected, one that waits for admission is not', async () => {
  await hasty.host.node.handle(protocolId('admission'), () => {})
  const applicant = await approach(await newKey(), hasty)
  const stream = await applicant.open('admission')
  const idle = await approach(await newKey(), hasty)
  await refused('PEER_IDLE_STRANGER', hasty)
  assert.deepEqual(
    hasty.refusals.flatMap((refusal) => (refusal.code === 'PEER_IDLE_STRANGER' ? [refusal.peer] : [])),
    [idle.self],
  )
  assert.equal(stream.status, 'open')
})

test('a stranger that was answered and keeps its side of the stream open is disconnected', async () => {
  hasty.refusals.length = 0
  await hasty.host.node.unhandle(protocolId('admission'))
  await hasty.host.node.handle(protocolId('admission'), (stream) => stream.close())
  const answered = await approach(await newKey(), hasty)
  await answered.open('admission')
  await refused('PEER_IDLE_STRANGER', hasty)
  assert.ok(hasty.refusals.some((r) => r.code === 'PEER_IDLE_STRANGER' && r.peer === answered.self))
})

test('what is known of a stranger is forgotten when it leaves', async () => {
  const { peerStore } = node.host.node
  const key = await newKey()
  const stored = async () => (await peerStore.all()).some(({ id }) => id.toString() === key.peer)
  const known = once(node.host.node, 'peer:identify')
  const stranger = await approach(key)
  await known
  assert.ok(await stored())
  const gone = once(node.host.node, 'peer:disconnect')
  await stranger.close()
  await gone
  for (let i = 0; i < 500 && (await stored()); i++) await node.mesh.clock.sleep(10)
  assert.ok(!(await stored()))
})

test('as many strangers as may connect, and the next is turned away; a member still gets in', async () => {
  const crowded = await startNode(keys[0] as Key, rosterOf(keys), {
    describe,
    hostLimits: { strangerIdleMs: 60_000 },
  })
  nodes.push(crowded)
  for (let i = 0; i < maxStrangers; i++) await approach(await newKey(), crowded)
  await eventually(crowded.host, () => crowded.host.node.getConnections().length === maxStrangers)
  // The handshake is over for it when it is turned away, so its dial may or may not fail.
  await approach(await newKey(), crowded).catch(() => {})
  await refused('PEER_TOO_MANY_STRANGERS', crowded)
  const member = await approach(keys[1] as Key, crowded)
  await member.announce({ step: 0, phase: 'note', kind: 'value', hop: 0 }, Uint8Array.of(1))
  for await (const { from } of crowded.mesh.listen({ step: 0 }, { signal: new AbortController().signal })) {
    assert.equal(from, keys[1]?.peer)
    break
  }
})

test('a member may hold a few connections and no more: PEER_TOO_MANY_CONNECTIONS', async () => {
  node.refusals.length = 0
  const member = await approach(keys[1] as Key)
  for (let i = 1; i <= maxConnectionsPerMember; i++) await member.dial().catch(() => {})
  await refused('PEER_TOO_MANY_CONNECTIONS')
  await member.close()
})

test('a socket that never says who it is is closed: PEER_NO_HANDSHAKE', async () => {
  const stranger = await approach(await newKey(), hasty)
  await stranger.silentSocket()
  await refused('PEER_NO_HANDSHAKE', hasty)
  const refusal = hasty.refusals.find(({ code }) => code === 'PEER_NO_HANDSHAKE')
  assert.ok(refusal !== undefined && 'address' in refusal)
  assert.equal(refusal.address, '/ip4/127.0.0.1', 'another port is no other stranger')
})

test('an address that is taken is an error that names it', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  assert.ok(address !== null && typeof address === 'object')
  const listen = [`/ip4/127.0.0.1/tcp/${address.port}`]
  await assert.rejects(createHost({ key: (await newKey()).key, listen }), (error) => {
    assert.ok(isCoded(error, 'PEER_CANNOT_LISTEN'))
    return error.message.includes(String(address.port))
  })
  taken.close()
})

test('a mesh is refused to a host that its roster does not name, and with limits that cannot work', async () => {
  const host = await createHost({ key: (await newKey()).key, listen: [] })
  const limits = { window: 1, maxPendingPerPeer: 1, maxPendingBytesPerPeer: 1 }
  const open = (roster: ReturnType<typeof rosterOf>, wire = {}) =>
    createLibp2pMesh({ host, roster, describe, limits, liars: () => 0, wire })
  await assert.rejects(open(rosterOf(keys)), (error) => isCoded(error, 'PEER_NOT_IN_ROSTER'))
  const roster = { digest: new Uint8Array(32), members: [{ peer: host.self, role: 'worker' }] }
  for (const wire of [{ inlineLimit: 1 << 20 }, { inlineLimit: -1 }, { stallMs: 0 }, { stallMs: 9_000 }])
    await assert.rejects(open(roster, wire), (error) => isCoded(error, 'PEER_BAD_LIMITS'))
  await host.close()
})

test('a closed mesh says so', async () => {
  const key = await newKey()
  const closed = await startNode(key, rosterOf([key]), { describe })
  await closed.mesh.close()
  const tag = { step: 0, phase: 'note', kind: 'value', hop: 0 }
  await assert.rejects(closed.mesh.publish(tag, new Uint8Array(1)), (error) => isCoded(error, 'MESH_CLOSED'))
  await stop([closed])
})
