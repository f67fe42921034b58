import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, test } from 'node:test'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import * as lengthPrefixed from 'it-length-prefixed'
import { createLibp2p } from 'libp2p'
import { AdmissionDesk, type AdmissionOptions, type Assembly } from '../../src/peer/admission.ts'
import { fetchDocument, type JoinOptions, join, parseAddress } from '../../src/peer/admission-join.ts'
import { addressesOf } from '../../src/peer/admission-wire.ts'
import type { Cast } from '../../src/peer/cast.ts'
import { createHost } from '../../src/peer/host.ts'
import { type Identity, newIdentity } from '../../src/peer/identity.ts'
import { maxStrangers } from '../../src/peer/limits.ts'
import { type SwarmDocument, signDocument, swarmIdOf } from '../../src/peer/swarm-document.ts'

interface Node {
  readonly identity: Identity
  readonly host: Libp2p
  readonly address: string
}

const nodes: Node[] = []
const desks: AdmissionDesk[] = []
const never = new AbortController().signal

afterEach(async () => {
  await Promise.all(desks.splice(0).map((desk) => desk.close()))
  await Promise.all(nodes.splice(0).map(({ host }) => host.stop()))
})

async function node(): Promise<Node> {
  const identity = await newIdentity()
  const host = await createLibp2p({
    privateKey: identity.key,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
  })
  const made = { identity, host, address: String(host.getMultiaddrs()[0]) }
  nodes.push(made)
  return made
}

/** Of a swarm without servers. */
const castOf = (n: number): Cast => ({ servers: [], trainer: 'peer', trainers: n, named: new Map() })

async function desk(
  node: Node,
  options: Pick<AdmissionOptions, 'document' | 'cast'> & Partial<AdmissionOptions>,
) {
  const made = new AdmissionDesk({ host: node.host, identity: node.identity, ...options })
  desks.push(made)
  await made.open()
  return made
}

async function foundSwarm(n: number, options: Partial<AdmissionOptions> = {}) {
  const founder = await node()
  const document = await signDocument(founder.identity, `{"n":${n}}`)
  return { founder, document, desk: await desk(founder, { document, cast: castOf(n), ...options }) }
}

const joining = (
  at: Node,
  document: SwarmDocument,
  n: number,
  more: Partial<JoinOptions> = {},
): JoinOptions => ({
  address: at.address,
  document,
  cast: castOf(n),
  signal: never,
  ...more,
})

const peersOf = (members: readonly Node[]) => members.map(({ identity }) => identity.peer).sort()

test('a joiner with one address gets the document, waits, and gets the roster when the swarm is complete', async () => {
  const { founder, document, desk } = await foundSwarm(3)
  const [one, two] = [await node(), await node()]
  const fetched = await fetchDocument(one.host, { address: founder.address, signal: never })
  assert.deepEqual(fetched, document)

  const presents: number[] = []
  const waiting = Promise.withResolvers<void>()
  const onPresent = (present: number) => {
    presents.push(present)
    waiting.resolve()
  }
  const first = join(one.host, joining(founder, document, 3, { onPresent }))
  await waiting.promise
  assert.deepEqual(presents, [2])
  const second = join(two.host, joining(founder, document, 3))
  const assembly = await desk.complete()
  await desk.announce()
  for (const got of [await first, await second]) {
    assert.deepEqual(got.signed, assembly.signed)
    assert.deepEqual(
      got.signed.roster.members.map(({ peer }) => peer),
      peersOf([founder, one, two]),
    )
    assert.deepEqual(got.addresses[two.identity.peer], [two.address])
  }
})

test('a joiner that leaves gives its place to the next', async () => {
  const presents: number[] = []
  const left = Promise.withResolvers<void>()
  const { founder, document, desk } = await foundSwarm(3, {
    onPresent: (present) => {
      presents.push(present)
      if (presents.length === 2) left.resolve()
    },
  })
  const [quitter, one, two] = [await node(), await node(), await node()]
  const quitting = new AbortController()
  const quit = join(
    quitter.host,
    joining(founder, document, 3, { signal: quitting.signal, onPresent: () => quitting.abort() }),
  )
  await assert.rejects(quit, { name: 'AbortError' })
  await left.promise
  assert.deepEqual(presents, [2, 1])
  const joins = [one, two].map(({ host }) => join(host, joining(founder, document, 3)))
  await desk.complete()
  await desk.announce()
  for (const { signed } of await Promise.all(joins))
    assert.deepEqual(
      signed.roster.members.map(({ peer }) => peer),
      peersOf([founder, one, two]),
    )
})

test('once the swarm is complete strangers are refused and members that come back get the roster from any member', async () => {
  const { founder, document, desk: founders } = await foundSwarm(2)
  const member = await node()
  const joined = join(member.host, joining(founder, document, 2))
  await founders.complete()
  await founders.announce()
  const assembly = await joined
  const members = await desk(member, { document, cast: castOf(2) })
  members.settle(assembly)

  const stranger = await node()
  for (const at of [founder, member])
    await assert.rejects(join(stranger.host, joining(at, document, 2)), { code: 'PEER_SWARM_FULL' })
  assert.deepEqual((await join(founder.host, joining(member, document, 2))).signed, assembly.signed)
  assert.deepEqual((await join(member.host, joining(founder, document, 2))).signed, assembly.signed)
})

test('a member that does not know the roster yet sends joiners on to the founder', async () => {
  const { founder, document, desk: founders } = await foundSwarm(2)
  const [member, joiner] = [await node(), await node()]
  await desk(member, { document, cast: castOf(2), founderAddresses: [founder.address] })
  const joined = join(joiner.host, joining(member, document, 2))
  await founders.complete()
  await founders.announce()
  assert.deepEqual(
    (await joined).signed.roster.members.map(({ peer }) => peer),
    peersOf([founder, joiner]),
  )
})

test('a listed swarm admits those alone whom it lists', async () => {
  const [guest, stranger] = [await node(), await node()]
  const { founder, document, desk } = await foundSwarm(2, { listed: new Set([guest.identity.peer]) })
  await assert.rejects(join(stranger.host, joining(founder, document, 2)), {
    code: 'PEER_NOT_LISTED',
    message: new RegExp(stranger.identity.peer),
  })
  const joined = join(guest.host, joining(founder, document, 2))
  await desk.complete()
  await desk.announce()
  await joined
})

test('roles go to those who are named, then to the founder and in the order of admission; places of the named are kept', async () => {
  const [one, two, late] = [await node(), await node(), await node()]
  const named = new Map([[late.identity.peer, 'server']])
  const cast: Cast = { servers: ['server', 'server'], trainer: 'worker', trainers: 2, named }
  const { founder, document, desk } = await foundSwarm(4, { cast })
  const more = { cast }
  const seated = async (joiner: Node) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const onPresent = () => resolve()
    const joined = join(joiner.host, joining(founder, document, 4, { cast, onPresent }))
    await promise
    return { joined }
  }
  const { joined: first } = await seated(one)
  const { joined: second } = await seated(two)
  const stranger = await node()
  await assert.rejects(join(stranger.host, joining(founder, document, 4, more)), { code: 'PEER_NOT_LISTED' })
  const third = join(late.host, joining(founder, document, 4, more))
  await desk.complete()
  await desk.announce()
  const { signed } = await first
  assert.deepEqual(
    (await Promise.all([second, third])).map((got) => got.signed),
    [signed, signed],
  )
  const roles = new Map(signed.roster.members.map(({ peer, role }) => [peer, role]))
  assert.deepEqual(
    [founder, one, two, late].map(({ identity }) => roles.get(identity.peer)),
    ['server', 'worker', 'worker', 'server'],
  )
})

test('who asks for another swarm, or finds one, is told so', async () => {
  const { founder, document } = await foundSwarm(2)
  const joiner = await node()
  const other = await signDocument(founder.identity, '{"n":2,"name":"other"}')
  await assert.rejects(join(joiner.host, joining(founder, other, 2)), { code: 'PEER_OTHER_SWARM' })
  const options = { address: founder.address, signal: never }
  await assert.rejects(fetchDocument(joiner.host, { ...options, swarmId: swarmIdOf(other) }), {
    code: 'PEER_WRONG_SWARM',
    message: new RegExp(swarmIdOf(document)),
  })
  assert.deepEqual(await fetchDocument(joiner.host, { ...options, swarmId: swarmIdOf(document) }), document)
})

test('a peer of another wire version is named as such', async () => {
  const [joiner, newer] = [await node(), await node()]
  await newer.host.handle('/medoid/2/admission', () => {})
  await assert.rejects(fetchDocument(joiner.host, { address: newer.address, signal: never }), {
    code: 'PEER_WIRE_VERSION',
    message: /\/medoid\/2\/admission.*\/medoid\/1\/admission/,
  })
})

test('an address where nobody is, and a text that is no address, have their codes', async () => {
  const [joiner, gone] = [await node(), await node()]
  await gone.host.stop()
  await assert.rejects(fetchDocument(joiner.host, { address: gone.address, signal: never }), {
    code: 'PEER_UNREACHABLE',
  })
  for (const text of ['', 'localhost:4001', '/ip4/127.0.0.1/tcp/4001'])
    assert.throws(() => parseAddress(text), { code: 'PEER_BAD_ADDRESS' })
})

test('what is no request costs its sender the stream and is reported once, and the desk goes on', async () => {
  const problems: string[] = []
  const { founder, document } = await foundSwarm(2, { onProblem: ({ code }) => problems.push(code) })
  const hostile = await node()
  const oversized = lengthPrefixed.encode.single(Buffer.alloc(5000, '{'))
  const attempts: Record<string, (stream: Stream) => void> = {
    'random bytes': (stream) => void stream.send(Buffer.from('\x05hello')),
    'an oversized frame': (stream) => void stream.send(oversized),
    'a length of four gigabytes': (stream) => void stream.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)),
    'an unknown question': (stream) =>
      void stream.send(lengthPrefixed.encode.single(Buffer.from('{"ask":"key"}'))),
    'an unknown field': (stream) =>
      void stream.send(lengthPrefixed.encode.single(Buffer.from('{"ask":"document","x":1}'))),
    'half a frame': (stream) => {
      stream.send(Uint8Array.of(100, 1, 2))
      void stream.close()
    },
    nothing: (stream) => void stream.close(),
  }
  let count = 0
  for (const [what, attempt] of Object.entries(attempts)) {
    const stream = await hostile.host.dialProtocol(parseAddress(founder.address), '/medoid/1/admission')
    const closed = once(stream, 'close')
    attempt(stream)
    await closed
    count++
    assert.deepEqual(problems, Array(count).fill('PEER_BAD_REQUEST'), what)
  }
  assert.deepEqual(await fetchDocument(hostile.host, { address: founder.address, signal: never }), document)
})

test('a founder that lies about the roster is found out by the joiner', async () => {
  const { founder, document, desk } = await foundSwarm(2)
  const joiner = await node()
  const joined = join(joiner.host, joining(founder, document, 3))
  await desk.complete()
  await Promise.all([desk.announce(), assert.rejects(joined, { code: 'PEER_BAD_ROSTER' })])
})

test('a swarm may have more members than strangers may be connected: who waits in its place does not count', async () => {
  const n = maxStrangers + 3
  const identity = await newIdentity()
  const host = await createHost({ key: identity.key, listen: ['/ip4/127.0.0.1/tcp/0'] })
  const document = await signDocument(identity, `{"n":${n}}`)
  const desk = new AdmissionDesk({ host: host.node, identity, document, cast: castOf(n) })
  host.gater.seat((peer) => desk.isWaiting(peer))
  await desk.open()
  const address = host.addresses()[0] ?? ''
  const joins: Promise<Assembly>[] = []
  for (let i = 1; i < n; i++) {
    const joiner = await node()
    const seated = Promise.withResolvers<void>()
    const joined = join(joiner.host, {
      address,
      document,
      cast: castOf(n),
      signal: never,
      onPresent: () => seated.resolve(),
    })
    joins.push(joined)
    // The last one is not told to wait: with it the swarm is complete.
    if (i < n - 1) await Promise.race([seated.promise, joined])
  }
  const { signed } = await desk.complete()
  assert.equal(signed.roster.members.length, n)
  await desk.announce()
  assert.equal((await Promise.all(joins)).length, n - 1)
  await desk.close()
  await host.close()
})

test('who keeps the stream of an answered question open has it closed', async () => {
  const { founder } = await foundSwarm(2)
  const stranger = await node()
  const stream = await stranger.host.dialProtocol(parseAddress(founder.address), '/medoid/1/admission')
  const closed = once(stream, 'close')
  stream.send(lengthPrefixed.encode.single(Buffer.from('{"ask":"document"}')))
  await closed
  const connections = founder.host.getConnections(stranger.host.peerId)
  assert.ok(connections.length > 0, 'the stream alone was closed')
  for (const { streams } of connections)
    assert.ok(streams.every(({ protocol }) => protocol !== '/medoid/1/admission'))
})

test('every address that is handed out or taken ends in the id of its peer', async () => {
  const [{ peer }, other] = [await newIdentity(), await newIdentity()]
  const bare = '/ip4/127.0.0.1/tcp/4001'
  const own = `${bare}/p2p/${peer}`
  assert.deepEqual(addressesOf(peer, [bare, own, `${bare}/p2p/${other.peer}`, 'nowhere']), [own, own])

  const wrong = `${bare}/p2p/${other.peer}`
  const { founder, document, desk: founders } = await foundSwarm(2)
  const joiner = await node()
  const stream = await joiner.host.dialProtocol(parseAddress(founder.address), '/medoid/1/admission')
  const request = { ask: 'admission', swarmId: swarmIdOf(document), addresses: [wrong, bare] }
  stream.send(lengthPrefixed.encode.single(Buffer.from(JSON.stringify(request))))
  const assembly = await founders.complete()
  const self = joiner.identity.peer
  assert.deepEqual(assembly.addresses[self], [`${bare}/p2p/${self}`])
  await founders.announce()

  const liar = await desk(joiner, { document, cast: castOf(2) })
  liar.settle({ ...assembly, addresses: { [self]: [wrong] } })
  const { addresses } = await join(founder.host, joining(joiner, document, 2))
  assert.deepEqual(addresses, { [self]: [] })
})
