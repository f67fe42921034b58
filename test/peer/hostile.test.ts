/** What is thrown at a running mesh from below: one coded fault each, and nothing else changes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { rootOf } from '../../src/gossip/chunks.ts'
import { encodeAnnouncement, signEnvelope } from '../../src/gossip/envelope.ts'
import { encodeRequest } from '../../src/gossip/pull-frames.ts'
import { bytes, f32 } from '../../src/mesh/codec.ts'
import { exchange } from '../../src/mesh/exchange.ts'
import type { FaultKind } from '../../src/mesh/fault.ts'
import type { Describe } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { flipped, HostilePeer } from '../hostile-peer.ts'
import { connect, type Key, type Node, newKeys, rosterOf, startNode, stop } from './loopback.ts'

const mebibyte = 1 << 20
const codec = f32(4)
const describe: Describe = ({ phase }) => {
  if (phase === 'gradient') return { maxBytes: 16, codec, audience: 'all' }
  if (phase === 'note') return { maxBytes: 4 * mebibyte, codec: bytes, audience: 'all' }
  return phase === 'share' ? { maxBytes: mebibyte, codec: bytes, audience: 'recipients' } : undefined
}
// Short, so that what never comes is noticed soon; long enough that a busy machine is not taken for a liar.
const wire = { stallMs: 1_000, patienceMs: 5_000, frameTimeoutMs: 1_500 }

let keys: readonly Key[]
let nodes: readonly Node[]
let victim: Node
let other: Node
let liar: Key
/** A fresh tag for every test: what one leaves behind is no excuse for the next. */
let hop = 0
const fresh = (phase: string): Tag => ({ step: 1, phase, kind: 'value', hop: hop++ })
const never = new AbortController().signal

before(async () => {
  keys = await newKeys(4)
  const [first, second, third] = keys as [Key, Key, Key]
  liar = third
  const roster = rosterOf(keys)
  nodes = await Promise.all([first, second].map((key) => startNode(key, roster, { describe, wire })))
  ;[victim, other] = nodes as [Node, Node]
  await connect(victim.host, other.host)
  for (const { mesh } of nodes) mesh.advance(1)
})

after(() => stop(nodes))

/** Runs `attack` as a member. Afterwards nobody else was blamed, and the victim and the other member hear each other. */
async function attacked(attack: (hostile: HostilePeer) => Promise<void>): Promise<readonly FaultKind[]> {
  victim.faults.length = 0
  const hostile = await HostilePeer.connect({
    key: liar.key,
    rosterDigest: rosterOf(keys).digest,
    victim: victim.host.addresses(),
  })
  try {
    await attack(hostile)
  } finally {
    await hostile.close()
  }
  await stillHears()
  for (const { peer } of victim.faults) assert.equal(peer, liar.peer, 'an honest member was blamed')
  return victim.faults.map(({ kind }) => kind)
}

/** The victim and the other member can still say something to each other, small and large. */
async function stillHears(): Promise<void> {
  for (const payload of [Uint8Array.of(1, 2, 3), new Uint8Array(mebibyte + 5).fill(7)]) {
    const tag = fresh('note')
    await Promise.all(nodes.map(({ mesh }) => mesh.publish(tag, payload)))
    for (const { mesh } of nodes)
      await exchangeHeard(mesh.listen(tag, { signal: AbortSignal.timeout(10_000) }), nodes.length)
  }
}

async function exchangeHeard(deliveries: AsyncIterable<unknown>, count: number): Promise<void> {
  let heard = 0
  for await (const _ of deliveries) if (++heard === count) return
  assert.fail(`only ${heard} of ${count} were heard`)
}

/** Resolves when the victim has blamed somebody for `kind`. */
async function blamed(kind: FaultKind): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (victim.faults.some((fault) => fault.kind === kind)) return
    await victim.mesh.clock.sleep(10)
  }
  assert.fail(`nobody was blamed for ${kind}; faults: ${JSON.stringify(victim.faults)}`)
}

/** What to throw, and the one fault it is. */
const throws: readonly [string, FaultKind, (hostile: HostilePeer) => Promise<void>][] = [
  ['random bytes on a direct stream', 'GOSSIP_BAD_ENVELOPE', (h) => h.randomBytes('direct', 1)],
  ['random bytes on a pull stream', 'PULL_BAD_FRAME', (h) => h.randomBytes('pull', 2)],
  ['a random frame on a direct stream', 'GOSSIP_BAD_ENVELOPE', (h) => h.randomFrame('direct', 3)],
  ['a random frame on a pull stream', 'PULL_BAD_FRAME', (h) => h.randomFrame('pull', 4, 100)],
  ['random bytes by gossip', 'GOSSIP_BAD_ENVELOPE', (h) => h.gossip(seededRandom(5, 'gossip').bytes(300))],
  ['an oversized frame on a direct stream', 'GOSSIP_BAD_ENVELOPE', (h) => h.oversizedFrame('direct')],
  ['an oversized frame on a pull stream', 'PULL_BAD_FRAME', (h) => h.oversizedFrame('pull')],
  [
    'an oversized announcement by gossip',
    'GOSSIP_BAD_ENVELOPE',
    (h) => h.gossip(h.announcement(fresh('note'), new Uint8Array(200_000))),
  ],
  ['half a request', 'PULL_STALLED', async (h) => void (await h.halfOpenStream('pull'))],
  ['half an announcement', 'GOSSIP_BAD_ENVELOPE', async (h) => void (await h.halfOpenStream('direct'))],
  [
    'an announcement for another roster',
    'GOSSIP_WRONG_ROSTER',
    (h) => h.announce(fresh('note'), Uint8Array.of(1), { rosterDigest: new Uint8Array(32) }),
  ],
  [
    'an announcement with one bit of its signature flipped',
    'GOSSIP_BAD_SIGNATURE',
    async (h) => {
      const announcement = h.announcement(fresh('note'), new Uint8Array(0), { inline: undefined })
      announcement.set(flipped(announcement.subarray(-9)), announcement.byteLength - 9)
      await h.frame('direct', announcement)
    },
  ],
  [
    'a vector of the wrong length',
    'CODEC_WRONG_LENGTH',
    (h) => h.announce(fresh('gradient'), new Uint8Array(12)),
  ],
  ['an unknown tag', 'MESH_UNKNOWN_TAG', (h) => h.announce(fresh('nonsense'), Uint8Array.of(1))],
  [
    'a claim of 1 TiB',
    'GOSSIP_BAD_ENVELOPE',
    (h) => h.announce(fresh('note'), new Uint8Array(0), { byteLength: 2 ** 40, inline: undefined }),
  ],
  [
    'a claim of more than the tag allows',
    'MESH_TOO_LARGE',
    (h) => h.announce(fresh('note'), new Uint8Array(0), { byteLength: 5 * mebibyte, inline: undefined }),
  ],
  [
    'an announcement whose payload inside does not match its digest',
    'GOSSIP_DIGEST_MISMATCH',
    (h) => h.announce(fresh('note'), Uint8Array.of(1), { inline: Uint8Array.of(2) }),
  ],
  [
    'an announcement whose pulled payload does not match its digest',
    'GOSSIP_DIGEST_MISMATCH',
    async (h) => {
      await h.serve(new Uint8Array(mebibyte))
      const digest = rootOf(new Uint8Array(32), mebibyte)
      await h.announce(fresh('note'), new Uint8Array(mebibyte), { digest, inline: undefined })
    },
  ],
  [
    'a payload with one wrong chunk',
    'PULL_WRONG_CHUNK',
    async (h) => {
      const payload = new Uint8Array(3 * mebibyte).fill(1)
      await h.serve(payload, (chunk, i) => (i === 1 ? flipped(chunk) : chunk))
      await h.announce(fresh('note'), payload, { inline: undefined })
    },
  ],
  [
    'a pull that stops in the middle',
    'PULL_STALLED',
    async (h) => {
      const payload = new Uint8Array(3 * mebibyte).fill(2)
      await h.serve(payload, (chunk, i) => (i === 1 ? 'stall' : chunk))
      await h.announce(fresh('note'), payload, { inline: undefined })
    },
  ],
  [
    'more questions at once than a peer may ask',
    'PULL_TOO_MANY',
    async (h) => {
      const tag = fresh('note')
      const question = encodeRequest({ kind: 'ask', origin: victim.host.self, tag })
      await Promise.all(Array.from({ length: 70 }, () => h.frame('pull', question)))
    },
  ],
  [
    'two different announcements under one tag',
    'MESH_EQUIVOCATION',
    async (h) => {
      const tag = fresh('note')
      await h.announce(tag, Uint8Array.of(1))
      await h.announce(tag, Uint8Array.of(2))
    },
  ],
]

for (const [title, kind, attack] of throws)
  test(`${title}: ${kind}, the sender is blamed, and the mesh goes on`, async () => {
    const faults = await attacked(async (hostile) => {
      await attack(hostile)
      await blamed(kind)
    })
    assert.deepEqual([...new Set(faults)], [kind])
  })

test('an announcement in the name of another member is held against the one who brought it', async () => {
  const [, , , absent] = keys as [Key, Key, Key, Key]
  const digest = rootOf(new Uint8Array(0), 0)
  const envelope = {
    roster: rosterOf(keys).digest,
    from: absent.peer,
    tag: fresh('note'),
    digest,
    byteLength: 0,
  }
  const forged = signEnvelope(envelope, () => seededRandom(9, 'signature').bytes(64))
  await attacked(async (hostile) => {
    await hostile.frame('direct', encodeAnnouncement(forged))
    await blamed('GOSSIP_BAD_SIGNATURE')
  })
})

test('a replayed announcement is delivered once, counted as dropped, and nobody is blamed', async () => {
  const tag = fresh('note')
  const faults = await attacked(async (hostile) => {
    const announcement = hostile.announcement(tag, Uint8Array.of(5))
    for (const _ of [1, 2, 3]) await hostile.frame('direct', announcement)
    await exchangeHeard(victim.mesh.listen(tag, { signal: AbortSignal.timeout(5_000) }), 1)
    while (victim.dropped.filter(({ kind }) => kind === 'MESH_REPLAY').length < 2)
      await victim.mesh.clock.sleep(5)
  })
  assert.deepEqual(faults, [])
})

test('a vector with a NaN is absent from the exchange, its sender blamed', async () => {
  const tag = fresh('gradient')
  await attacked(async (hostile) => {
    const exchanged = exchange(victim.mesh, tag, Float32Array.of(1, 2, 3, 4), {
      codec,
      wait: { policy: 'quorum' },
      least: 2,
      signal: never,
    })
    await hostile.announce(tag, codec.encode(Float32Array.of(1, Number.NaN, 3, 4)))
    await blamed('CODEC_NOT_FINITE')
    await other.mesh.publish(tag, codec.encode(Float32Array.of(1, 1, 1, 1)))
    const { heard } = await exchanged
    assert.deepEqual(
      heard.map(({ peer }) => peer),
      [victim.host.self, other.host.self].sort(),
    )
  })
})

test('the two announcements of an equivocator are kept, and anyone can check them', async () => {
  await attacked(async (hostile) => {
    const tag = fresh('note')
    await hostile.announce(tag, Uint8Array.of(1))
    await hostile.announce(tag, Uint8Array.of(2))
    await blamed('MESH_EQUIVOCATION')
  })
  const evidence = victim.mesh.evidence().find(({ peer }) => peer === liar.peer)
  assert.ok(evidence?.first.proof !== undefined && evidence.later.proof !== undefined)
  assert.notDeepEqual(evidence.first.proof, evidence.later.proof)
})

test('a thousand random frames and 400 MiB of oversized ones leave less than 48 MiB behind', async () => {
  const before = memoryInUse()
  await attacked(async (hostile) => {
    for (let i = 0; i < 100; i++) {
      await hostile.oversizedFrame(i % 2 === 0 ? 'pull' : 'direct')
      for (let j = 0; j < 10; j++) await hostile.randomFrame(j % 2 === 0 ? 'pull' : 'direct', 100 * i + j)
    }
  })
  const grown = memoryInUse() - before
  assert.ok(grown < 48 * mebibyte, `it grew by ${grown} bytes`)
})

/** Bytes that are still in use after a full collection. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
