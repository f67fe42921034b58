/**
 * What "implements Mesh" means: every duty that src/mesh/mesh.ts states, as a test. The libp2p mesh and the simulator
 * both run it. The bodies know nothing of either: `world.run` lets time pass, virtual or real.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, f32 } from '../src/mesh/codec.ts'
import type { Fault } from '../src/mesh/fault.ts'
import type { InboxLimits } from '../src/mesh/inbox.ts'
import type { Delivery, Describe, Mesh, PeerId, PublishOptions } from '../src/mesh/mesh.ts'
import type { Tag, TagPattern } from '../src/mesh/tag.ts'
import { isCoded } from '../src/util/coded-error.ts'

export interface World {
  /** One mesh a member, in the order of the members. */
  readonly meshes: readonly Mesh[]
  /** Runs `body` to its end while time passes. */
  run(body: () => Promise<void>): Promise<void>
  /** Breaks the connection between two members and keeps it broken until `connect`. */
  disconnect(a: number, b: number): Promise<void>
  connect(a: number, b: number): Promise<void>
  /** What this member blamed others for, in order. */
  faults(member: number): readonly Fault[]
  close(): Promise<void>
}

export interface WorldOptions {
  readonly n: number
  /** Members may differ in what they know of tags: that is how a liar says what others refuse. */
  readonly describe: (member: number) => Describe
  readonly limits: InboxLimits
}

export type Setup = (options: WorldOptions) => Promise<World>

const limits: InboxLimits = { window: 2, maxPendingPerPeer: 50, maxPendingBytesPerPeer: 8 << 20 }
const mebibyte = 1 << 20

/** `gradient` is for all, four float32; `note` is for all, bytes; `share` and `piece`, four float32, are for recipients alone. */
const describe: Describe = (tag) => {
  if (tag.phase === 'gradient') return { maxBytes: 16, codec: f32(4), audience: 'all' }
  if (tag.phase === 'note') return { maxBytes: 4 * mebibyte, codec: bytes, audience: 'all' }
  if (tag.phase === 'share') return { maxBytes: mebibyte, codec: bytes, audience: 'recipients' }
  if (tag.phase === 'piece') return { maxBytes: 16, codec: f32(4), audience: 'recipients' }
  return undefined
}

/** What a liar's own mesh lets it say: anything. Pieces, and what nobody knows of, it sends to whom it likes. */
const anything: Describe = ({ phase }) => ({
  maxBytes: 16 * mebibyte,
  codec: bytes,
  audience: phase === 'piece' || phase === 'rumour' ? 'recipients' : 'all',
})

const gradient = (step: number, hop = 0): Tag => ({ step, phase: 'gradient', kind: 'value', hop })
const note = (step: number, hop = 0): Tag => ({ step, phase: 'note', kind: 'value', hop })
const share = (step: number, hop = 0): Tag => ({ step, phase: 'share', kind: 'value', hop })
const piece = (step: number, part: number): Tag => ({ step, phase: 'piece', kind: 'chunk', hop: 0, part })

export function meshContract(name: string, setup: Setup): void {
  /** A test over a world of `n` members, of which the last lies where `liar` is set. */
  const duty = (
    title: string,
    options: { n: number; liar?: boolean; limits?: Partial<InboxLimits> },
    body: (world: World) => Promise<void>,
  ) =>
    test(`${name}: ${title}`, async () => {
      const { n, liar = false } = options
      const world = await setup({
        n,
        describe: (member) => (liar && member === n - 1 ? anything : describe),
        limits: { ...limits, ...options.limits },
      })
      try {
        await world.run(async () => {
          for (const mesh of world.meshes) mesh.advance(1)
          await allPresent(world.meshes)
          await body(world)
        })
      } finally {
        await world.close()
      }
    })

  duty('members are the same, in the same order, at every member', { n: 3 }, async ({ meshes }) => {
    const [first, ...others] = meshes.map(({ members }) => members.map(({ peer }) => peer))
    assert.deepEqual(first, [...(first ?? [])].sort())
    for (const members of others) assert.deepEqual(members, first)
  })

  duty(
    'what each member says reaches every member, itself included, in its own name',
    { n: 4 },
    async ({ meshes }) => {
      const said = new Map(meshes.map(({ self }, i) => [self, vector(i)]))
      await Promise.all(meshes.map((mesh) => mesh.publish(gradient(1), said.get(mesh.self) ?? vector(-1))))
      for (const mesh of meshes) {
        const heard = await hear(mesh, gradient(1), 4)
        for (const { from, payload } of heard) assert.deepEqual(bytesOf(payload), bytesOf(said.get(from)))
        assert.equal(new Set(heard.map(({ from }) => from)).size, 4)
      }
    },
  )

  duty(
    'a payload of several MiB arrives whole and starts at a multiple of 8',
    { n: 3 },
    async ({ meshes }) => {
      const [alice, bob, carol] = meshes as [Mesh, Mesh, Mesh]
      const large = new Uint8Array(3 * mebibyte + 17).map((_, i) => (i * 31) >> 3)
      await alice.publish(note(1), large)
      for (const mesh of [bob, carol]) {
        const [delivery] = await hear(mesh, note(1), 1)
        assert.ok(delivery !== undefined && Buffer.compare(delivery.payload, large) === 0)
        assert.equal(delivery.payload.byteOffset % 8, 0)
      }
    },
  )

  duty('a payload is frozen once published', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    const payload = vector(7)
    const published = alice.publish(gradient(1), payload)
    payload.fill(0)
    await published
    const [delivery] = await hear(bob, gradient(1), 1)
    assert.deepEqual(bytesOf(delivery?.payload), bytesOf(vector(7)))
  })

  duty(
    'what came before anyone listened is delivered, also for a step ahead',
    { n: 2 },
    async ({ meshes }) => {
      const [alice, bob] = meshes as [Mesh, Mesh]
      await alice.publish(gradient(3), vector(3))
      await alice.publish(note(1), Uint8Array.of(1))
      await hear(bob, note(1), 1)
      bob.advance(2)
      const [delivery] = await hear(bob, gradient(3), 1)
      assert.equal(delivery?.from, alice.self)
    },
  )

  duty('a pattern covers many tags, and each (sender, tag) comes once', { n: 3 }, async ({ meshes }) => {
    const [alice, bob, carol] = meshes as [Mesh, Mesh, Mesh]
    for (const hop of [0, 1, 2])
      await Promise.all([alice, bob].map((mesh) => mesh.publish(gradient(1, hop), vector(hop))))
    const heard = await hear(carol, { step: 1, phase: 'gradient' }, 6)
    assert.equal(new Set(heard.map(({ from, tag }) => `${from} ${tag.hop}`)).size, 6)
  })

  duty('saying something twice to the same recipient is refused', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    await alice.publish(gradient(1), vector(1))
    await assert.rejects(alice.publish(gradient(1), vector(2)), (error) =>
      isCoded(error, 'MESH_ALREADY_SAID'),
    )
    await assert.rejects(alice.publish(gradient(1), vector(2), { to: [bob.self] }), (error) =>
      isCoded(error, 'MESH_ALREADY_SAID'),
    )
  })

  duty('saying something under a tag that is not described is refused', { n: 2 }, async ({ meshes }) => {
    const [alice] = meshes as [Mesh]
    await assert.rejects(alice.publish({ ...note(1), phase: 'gossip' }, vector(1)), (error) =>
      isCoded(error, 'MESH_NO_DESCRIPTION'),
    )
  })

  duty(
    'a liar that tells each member something else is heard once by each, and caught',
    { n: 4, liar: true },
    async (world) => {
      const [alice, bob, carol, liar] = world.meshes as [Mesh, Mesh, Mesh, Mesh]
      await liar.publish(gradient(1), vector(10), { to: [alice.self] })
      await liar.publish(gradient(1), vector(20), { to: [bob.self] })
      await liar.publish(gradient(1), vector(30), { to: [carol.self] })
      await Promise.all([alice, bob, carol].map((mesh) => mesh.publish(gradient(1), vector(0))))
      for (const mesh of [alice, bob, carol]) {
        const heard = await hear(mesh, gradient(1), 4)
        assert.equal(heard.filter(({ from }) => from === liar.self).length, 1)
      }
      await until(world, [alice, bob, carol], () =>
        [0, 1, 2].some((i) => blames(world, i, liar.self, 'MESH_EQUIVOCATION')),
      )
      for (const i of [0, 1, 2])
        for (const { peer } of world.faults(i)) assert.equal(peer, liar.self, 'an honest member was blamed')
    },
  )

  duty('what a liar tells one member alone reaches all', { n: 4, liar: true }, async ({ meshes }) => {
    const [alice, bob, carol, liar] = meshes as [Mesh, Mesh, Mesh, Mesh]
    await liar.publish(gradient(1), vector(5), { to: [bob.self] })
    for (const mesh of [alice, bob, carol]) {
      const [delivery] = await hear(mesh, gradient(1), 1)
      assert.equal(delivery?.from, liar.self)
      assert.deepEqual(bytesOf(delivery?.payload), bytesOf(vector(5)))
    }
  })

  duty(
    'a large payload that a liar tells one member alone reaches all',
    { n: 3, liar: true },
    async ({ meshes }) => {
      const [alice, bob, liar] = meshes as [Mesh, Mesh, Mesh]
      const large = new Uint8Array(2 * mebibyte).fill(9)
      await liar.publish(note(1), large, { to: [bob.self] })
      for (const mesh of [alice, bob]) {
        const [delivery] = await hear(mesh, note(1), 1)
        assert.ok(delivery?.from === liar.self && Buffer.compare(delivery.payload, large) === 0)
      }
    },
  )

  duty(
    'a private payload is heard by its recipient alone; who asks for it gets nothing',
    { n: 3 },
    async ({ meshes }) => {
      const [alice, bob, carol] = meshes as [Mesh, Mesh, Mesh]
      await alice.publish(share(1), Uint8Array.of(42), { to: [bob.self] })
      const [delivery] = await hear(bob, share(1), 1)
      assert.deepEqual(bytesOf(delivery?.payload), [42])

      await asksInVain(carol, [alice, bob], share(1))
      assert.deepEqual(await heardSoFar(carol, share(1)), [])
    },
  )

  duty(
    'what may get lost arrives once and as it was said, at its recipients and the sender alone',
    { n: 4 },
    async ({ meshes }) => {
      const [alice, bob, carol, dave] = meshes as [Mesh, Mesh, Mesh, Mesh]
      const parts = Array.from({ length: 30 }, (_, part) => part)
      const to = [alice.self, bob.self, carol.self]
      for (const part of parts) {
        const payload = vector(part)
        const published = alice.publish(piece(1, part), payload, { to, lossy: true })
        payload.fill(0)
        await published
      }
      await assert.rejects(alice.publish(piece(1, 3), vector(-1), { to: [bob.self], lossy: true }), (error) =>
        isCoded(error, 'MESH_ALREADY_SAID'),
      )
      await assert.rejects(alice.publish(piece(1, 3), vector(-1), { to: [bob.self] }), (error) =>
        isCoded(error, 'MESH_ALREADY_SAID'),
      )
      for (const mesh of [alice, bob, carol]) {
        const heard = await hear(mesh, { step: 1, phase: 'piece' }, parts.length)
        assert.deepEqual(heard.map(({ tag }) => tag.part).sort(ascending), parts)
        for (const { from, tag, payload } of heard) {
          assert.equal(from, alice.self)
          assert.deepEqual(bytesOf(payload), bytesOf(vector(tag.part ?? -1)))
          assert.equal(payload.byteOffset % 8, 0)
        }
      }
      await asksInVain(dave, [alice, bob, carol], piece(1, 0))
      assert.deepEqual(await heardSoFar(dave, { step: 1, phase: 'piece' }), [])
      for (const mesh of [alice, bob, carol])
        assert.equal((await heardSoFar(mesh, { step: 1, phase: 'piece' })).length, parts.length)
    },
  )

  duty('a question waits until there is an answer', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    const answer = bob.ask(alice.self, gradient(1), { signal: never })
    const early = bob.ask(alice.self, share(2), { signal: never })
    await alice.publish(gradient(1), vector(8))
    assert.deepEqual(bytesOf(await answer), bytesOf(vector(8)))
    alice.offer(share(2), Uint8Array.of(2))
    assert.deepEqual(bytesOf(await early), [2])
  })

  duty('what was said under one tag can be offered under another', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    await alice.publish(gradient(1), vector(5))
    const [own] = await hear(alice, gradient(1), 1)
    // The very bytes that were heard, not a copy of them.
    alice.offer(share(1), () => own?.payload)
    assert.deepEqual(bytesOf(await bob.ask(alice.self, share(1), { signal: never })), bytesOf(vector(5)))
  })

  duty('an offer may answer each asker differently, or not at all', { n: 4 }, async ({ meshes }) => {
    const [alice, bob, carol, dave] = meshes as [Mesh, Mesh, Mesh, Mesh]
    alice.offer(share(1), (asker) => {
      if (asker === bob.self) return Uint8Array.of(1)
      if (asker === carol.self) return Uint8Array.of(2)
      return undefined
    })
    const asking = new AbortController()
    const refused = dave.ask(alice.self, share(1), { signal: asking.signal })
    const outcome = Promise.allSettled([refused])
    assert.deepEqual(bytesOf(await bob.ask(alice.self, share(1), { signal: never })), [1])
    assert.deepEqual(bytesOf(await carol.ask(alice.self, share(1), { signal: never })), [2])
    asking.abort(new Error('given up'))
    const [settled] = await outcome
    assert.equal(settled?.status, 'rejected')
  })

  duty(
    'an answer under a tag that is for all counts as heard, and is passed on',
    { n: 3 },
    async ({ meshes }) => {
      const [alice, bob, carol] = meshes as [Mesh, Mesh, Mesh]
      alice.offer(gradient(1), vector(6))
      assert.deepEqual(bytesOf(await bob.ask(alice.self, gradient(1), { signal: never })), bytesOf(vector(6)))
      for (const mesh of [bob, carol]) {
        const [delivery] = await hear(mesh, gradient(1), 1)
        assert.equal(delivery?.from, alice.self)
      }
    },
  )

  duty('a question ends with the signal, and so does listening', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    const leaving = new AbortController()
    const reason = new Error('the step is over')
    const asked = bob.ask(alice.self, gradient(1), { signal: leaving.signal })
    const listened = collect(bob, gradient(1), leaving.signal)
    leaving.abort(reason)
    await assert.rejects(asked, reason)
    assert.deepEqual(await listened, [])
    await assert.rejects(bob.ask(alice.self, gradient(1), { signal: leaving.signal }), reason)
  })

  duty('what was said while a member was away reaches it when it is back', { n: 3 }, async (world) => {
    const [alice, bob, carol] = world.meshes as [Mesh, Mesh, Mesh]
    await world.disconnect(0, 2)
    await world.disconnect(1, 2)
    await alice.publish(gradient(1), vector(1))
    await bob.publish(note(1), new Uint8Array(2 * mebibyte).fill(3))
    await alice.publish(share(1), Uint8Array.of(5), { to: [carol.self] })
    await hear(bob, gradient(1), 1)
    assert.deepEqual(await heardSoFar(carol, { step: 1 }), [])
    await world.connect(0, 2)
    await world.connect(1, 2)
    const heard = await hear(carol, { step: 1 }, 3)
    assert.deepEqual(heard.map(({ tag }) => tag.phase).sort(), ['gradient', 'note', 'share'])
  })

  duty('two members whose connection is broken hear each other through a third', { n: 3 }, async (world) => {
    const [alice, bob] = world.meshes as [Mesh, Mesh]
    await world.disconnect(0, 1)
    await alice.publish(gradient(1), vector(1))
    await alice.publish(note(1), new Uint8Array(2 * mebibyte).fill(4))
    const heard = await hear(bob, { step: 1 }, 2)
    for (const { from } of heard) assert.equal(from, alice.self)
  })

  duty('presence tells who can be reached, at once and after every change', { n: 3 }, async (world) => {
    const [alice, bob, carol] = world.meshes as [Mesh, Mesh, Mesh]
    const all = [alice, bob, carol].map(({ self }) => self)
    await presenceBecomes(alice, all)
    await world.disconnect(0, 2)
    await presenceBecomes(alice, [alice.self, bob.self])
    await world.connect(0, 2)
    await presenceBecomes(alice, all)
  })

  duty('advance forgets what is older than the window, said and heard', { n: 2 }, async ({ meshes }) => {
    const [alice, bob] = meshes as [Mesh, Mesh]
    await alice.publish(gradient(1), vector(1))
    await hear(bob, gradient(1), 1)
    for (const mesh of [alice, bob]) mesh.advance(4)
    assert.deepEqual(await heardSoFar(bob, gradient(1)), [])
    const asking = new AbortController()
    const outcome = Promise.allSettled([bob.ask(alice.self, gradient(1), { signal: asking.signal })])
    await alice.publish(note(4), Uint8Array.of(1))
    await bob.ask(alice.self, note(4), { signal: never })
    asking.abort(new Error('given up'))
    assert.equal((await outcome)[0]?.status, 'rejected')
  })

  duty(
    'what is too old or too far ahead is dropped, and nobody is blamed',
    { n: 3, liar: true },
    async (world) => {
      const [alice, bob, liar] = world.meshes as [Mesh, Mesh, Mesh]
      for (const mesh of [alice, bob]) mesh.advance(10)
      await liar.publish(gradient(1), vector(1))
      await liar.publish(gradient(99), vector(1))
      await liar.publish(gradient(11), vector(1))
      for (const [i, mesh] of [alice, bob].entries()) {
        await hear(mesh, gradient(11), 1)
        assert.deepEqual(await heardSoFar(mesh, gradient(1)), [])
        assert.deepEqual(await heardSoFar(mesh, gradient(99)), [])
        assert.deepEqual(world.faults(i), [])
      }
    },
  )

  const lossy = { lossy: true }
  const refusals: readonly [Fault['kind'], Tag, Uint8Array, PublishOptions?][] = [
    ['MESH_UNKNOWN_TAG', { ...note(1), phase: 'gossip' }, Uint8Array.of(1)],
    ['CODEC_WRONG_LENGTH', gradient(1), new Uint8Array(12)],
    ['MESH_TOO_LARGE', note(1), new Uint8Array(4 * mebibyte + 1)],
    ['MESH_UNKNOWN_TAG', { ...piece(1, 0), phase: 'rumour' }, Uint8Array.of(1), lossy],
    ['CODEC_WRONG_LENGTH', piece(1, 0), new Uint8Array(12), lossy],
    ['MESH_TOO_LARGE', piece(1, 0), new Uint8Array(17), lossy],
  ]
  for (const [kind, tag, payload, options] of refusals)
    duty(
      `${kind}${options ? ', said with leave to lose it' : ''}: it is refused before its bytes are taken, and its sender blamed`,
      { n: 3, liar: true },
      async (world) => {
        const [alice, bob, liar] = world.meshes as [Mesh, Mesh, Mesh]
        await liar.publish(tag, payload, options)
        await until(world, [alice, bob], () => [0, 1].every((i) => blames(world, i, liar.self, kind)))
        for (const mesh of [alice, bob]) assert.deepEqual(await heardSoFar(mesh, tag), [])
      },
    )

  duty(
    'a member that floods is heard up to its bound and blamed beyond it',
    { n: 2, liar: true, limits: { maxPendingPerPeer: 3 } },
    async (world) => {
      const [alice, liar] = world.meshes as [Mesh, Mesh]
      for (const hop of [0, 1, 2, 3, 4]) await liar.publish(gradient(1, hop), vector(hop))
      await until(world, [alice], () => blames(world, 0, liar.self, 'MESH_TOO_MANY_PENDING'))
      assert.equal((await heardSoFar(alice, { step: 1, phase: 'gradient' })).length, 3)
    },
  )
}

const never = new AbortController().signal

function vector(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value, value + 0.5, -value, 1).buffer)
}

function ascending(a = -1, b = -1): number {
  return a - b
}

function bytesOf(payload: Uint8Array | undefined): number[] {
  return payload === undefined ? [] : Array.from(payload)
}

/** The first `count` deliveries under `pattern`. */
async function hear(mesh: Mesh, pattern: TagPattern, count: number): Promise<Delivery[]> {
  const enough = new AbortController()
  const heard: Delivery[] = []
  for await (const delivery of mesh.listen(pattern, { signal: enough.signal })) {
    heard.push(delivery)
    if (heard.length === count) enough.abort()
  }
  return heard
}

async function collect(mesh: Mesh, pattern: TagPattern, signal: AbortSignal): Promise<Delivery[]> {
  const heard: Delivery[] = []
  for await (const delivery of mesh.listen(pattern, { signal })) heard.push(delivery)
  return heard
}

/** Asks each of them for what is under `tag`: none answers. */
async function asksInVain(asker: Mesh, asked: readonly Mesh[], tag: Tag): Promise<void> {
  const asking = new AbortController()
  const { signal } = asking
  const outcome = Promise.allSettled(asked.map(({ self }) => asker.ask(self, tag, { signal })))
  // Questions and answers that go out later come back first, so this one had its chance.
  for (const mesh of asked)
    for (const hop of [0, 1, 2]) {
      await mesh.publish(note(1, hop), Uint8Array.of(hop))
      await asker.ask(mesh.self, note(1, hop), { signal: never })
    }
  asking.abort(new Error('given up'))
  for (const { status } of await outcome) assert.equal(status, 'rejected')
}

/** What has arrived under `pattern` by now. */
async function heardSoFar(mesh: Mesh, pattern: TagPattern): Promise<Delivery[]> {
  const heard: Delivery[] = []
  const enough = new AbortController()
  const listening = (async () => {
    for await (const delivery of mesh.listen(pattern, { signal: enough.signal })) heard.push(delivery)
  })()
  await mesh.clock.sleep(1)
  enough.abort()
  await listening
  return heard
}

function blames(world: World, member: number, peer: PeerId, kind: Fault['kind']): boolean {
  return world.faults(member).some((fault) => fault.peer === peer && fault.kind === kind)
}

/** Lets time pass until `condition` holds; says what was blamed where it never does. */
async function until(world: World, meshes: readonly Mesh[], condition: () => boolean): Promise<void> {
  for (let round = 0; round < 400; round++) {
    if (condition()) return
    await meshes[0]?.clock.sleep(10)
  }
  assert.fail(`it did not come about; faults: ${JSON.stringify(world.meshes.map((_, i) => world.faults(i)))}`)
}

async function presenceBecomes(mesh: Mesh, expected: readonly PeerId[]): Promise<void> {
  const done = new AbortController()
  for await (const present of mesh.presence({ signal: done.signal }))
    if (present.size === expected.length && expected.every((peer) => present.has(peer))) done.abort()
}

async function allPresent(meshes: readonly Mesh[]): Promise<void> {
  const everyone = meshes.map(({ self }) => self)
  await Promise.all(meshes.map((mesh) => presenceBecomes(mesh, everyone)))
}
