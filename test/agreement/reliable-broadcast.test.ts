/** Agreement, totality, validity and termination of reliable broadcast under named adversaries, whatever the order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BroadcastInstance, thresholds, type Word } from '../../src/agreement/broadcast-instance.ts'
import { describeLearn } from '../../src/agreement/describe.ts'
import { digestOf, reliableBroadcast } from '../../src/agreement/reliable-broadcast.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh, PeerId } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { uniform } from '../../src/sim/latency.ts'
import { memberName, simulate } from '../../src/sim/world.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'
import { adversaries, broadcastFault, broadcastSchedule, type Size, tag } from './broadcast-schedules.ts'

const codec = f32(1)
const never = new AbortController().signal
const smallest: Size = { n: 4, f: 1 }

for (const adversary of Object.keys(adversaries))
  for (const [size, schedules] of [
    [smallest, 200],
    [{ n: 7, f: 2 }, 20],
  ] as const)
    seeded(
      `all honest members deliver the same of every origin, and what honest ones said, if a liar ${adversary}: n = ${size.n}, f = ${size.f}`,
      async ({ seed, watch }) => {
        const delivered = await broadcastSchedule(size, adversary, seed, watch)
        assert.equal(broadcastFault(delivered, size), undefined)
      },
      { seeds: seedsUpTo(schedules) },
    )

seeded(
  'with n = 3f an equivocating origin does split the honest members, or stop them: the property can fail',
  async ({ seed }) => {
    let faults = 0
    for (let schedule = seed; schedule < seed + 50; schedule++) {
      const size = { n: 6, f: 2 }
      const delivered = await broadcastSchedule(
        size,
        'tells each half something else and vouches for both',
        schedule,
      )
      if (broadcastFault(delivered, size) !== undefined) faults += 1
    }
    assert.ok(faults > 0)
  },
)

test('the thresholds are those of the protocol', () => {
  // floor((n + f) / 2) + 1, f + 1, 2f + 1.
  assert.deepEqual(thresholds(4, 1), { echoes: 3, amplify: 2, decide: 3 })
  assert.deepEqual(thresholds(7, 2), { echoes: 5, amplify: 3, decide: 5 })
  assert.deepEqual(thresholds(1, 0), { echoes: 1, amplify: 1, decide: 1 })
})

test('an instance is ready once, of what enough have echoed or one honest member is ready for, and decides by 2f + 1', () => {
  const made = () => new BroadcastInstance(thresholds(4, 1))
  const echoed = made()
  for (const [i, from] of ['a', 'b', 'c', 'd'].entries()) {
    echoed.count('echo', 'x', from)
    assert.equal(echoed.takeReady('x'), i === 2)
  }
  const amplified = made()
  amplified.count('ready', 'x', 'a')
  assert.equal(amplified.takeReady('x'), false)
  amplified.count('ready', 'y', 'b')
  assert.equal(amplified.takeReady('x'), false)
  amplified.count('ready', 'x', 'c')
  assert.equal(amplified.takeReady('x'), true)
  assert.equal(amplified.takeReady('y'), false)
  amplified.hear({ digest: 'y', payload: Uint8Array.of(2) })
  assert.deepEqual([amplified.payload, amplified.takeMissing()], [undefined, undefined])
  amplified.count('ready', 'x', 'd')
  assert.deepEqual(amplified.takeMissing(), { digest: 'x', holders: new Set(), isUrgent: true })
  assert.equal(amplified.takeMissing(), undefined)
})

// n = 4, f = 1: honest members echo one digest each, as they were told, and are ready for one and the same; the liar for all.
seeded('an instance comes to the same in whatever order words arrive, and however often', ({ seed }) => {
  const words: readonly { readonly word: Word; readonly digest: string; readonly from: PeerId }[] = [
    ...['b', 'c', 'd'].flatMap((from) => [
      { word: 'echo' as const, digest: from === 'd' ? 'y' : 'x', from },
      { word: 'ready' as const, digest: 'x', from },
    ]),
    ...['x', 'y'].flatMap((digest) => [
      { word: 'echo' as const, digest, from: 'a' },
      { word: 'ready' as const, digest, from: 'a' },
    ]),
  ]
  const payload = Uint8Array.of(1)
  const outcomeOf = (said: typeof words, heardAfter: number) => {
    const instance = new BroadcastInstance(thresholds(4, 1))
    const readies: string[] = []
    for (const [i, { word, digest, from }] of said.entries()) {
      if (i === heardAfter) instance.hear({ digest: 'x', payload })
      instance.count(word, digest, from)
      if (instance.takeReady(digest)) readies.push(digest)
    }
    if (heardAfter >= said.length) instance.hear({ digest: 'x', payload })
    return { readies, payload: instance.payload }
  }
  const anyWords = fc.subarray([...words], { minLength: 1 })
  const shuffled = anyWords.chain((some) =>
    fc.record({
      some: fc.constant(some),
      repeated: fc
        .array(fc.constantFrom(...some), { maxLength: 10 })
        .chain((more) => fc.shuffledSubarray([...some, ...more], { minLength: some.length + more.length })),
      heardAfter: fc.nat(20),
    }),
  )
  fc.assert(
    fc.property(shuffled, ({ some, repeated, heardAfter }) => {
      const once = outcomeOf(some, 0)
      assert.deepEqual(outcomeOf(repeated, heardAfter), once)
      const readyForX = some.filter(({ word, digest }) => word === 'ready' && digest === 'x').length
      assert.equal(once.payload, readyForX >= 3 ? payload : undefined)
      assert.ok(once.readies.length <= 1)
    }),
    { numRuns: 2000, seed },
  )
})

function world({ seed, watch }: Pick<Seeded, 'seed' | 'watch'>, limits?: number, latency = uniform(1, 10)) {
  const origins = [0, 1, 2, 3].map(memberName)
  const describe = describeLearn(1, origins)
  const made = simulate({
    n: 4,
    seed,
    describe: () => describe,
    latency,
    ...(limits === undefined
      ? {}
      : { limits: { window: 4, maxPendingPerPeer: limits, maxPendingBytesPerPeer: 1e6 } }),
  })
  for (const mesh of made.meshes) mesh.advance(1)
  return watch(made)
}

/** What each of `meshes` delivers; the run ends when all have ended. */
function broadcasting(meshes: readonly Mesh[], onDelivered: (mesh: Mesh, origin: PeerId) => void = () => {}) {
  return Promise.all(
    meshes.map((mesh, i) =>
      reliableBroadcast(mesh, tag, Float32Array.of(i), {
        codec,
        f: 1,
        onDelivered: ({ origin }) => onDelivered(mesh, origin),
        signal: never,
      }),
    ),
  )
}

seeded(
  'each payload is said once and everything else is a digest: 2 n messages of 32 bytes a member',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch })
    const said: [Tag, number][] = []
    const watched = meshes.map(
      (mesh): Mesh =>
        Object.assign(Object.create(mesh), {
          self: mesh.self,
          members: mesh.members,
          clock: mesh.clock,
          publish: (what: Tag, payload: Uint8Array) => {
            said.push([what, payload.byteLength])
            return mesh.publish(what, payload)
          },
          offer: mesh.offer.bind(mesh),
          listen: mesh.listen.bind(mesh),
          ask: mesh.ask.bind(mesh),
          blame: mesh.blame.bind(mesh),
        }),
    )
    await clock.until(broadcasting(watched))
    const of = (kind: string) => said.filter(([what]) => what.kind === kind)
    assert.equal(of('value').length, 4)
    // Delivery needs no echo of one's own where the others' came first, so a few may be spared.
    assert.ok(
      of('echo').length <= 16 && of('ready').length === 16,
      `${of('echo').length}, ${of('ready').length}`,
    )
    for (const [, length] of [...of('echo'), ...of('ready')]) assert.equal(length, 32)
  },
)

seeded(
  'who was told something else gets the payload that was decided from those who have it',
  async ({ seed, watch }) => {
    // All links alike, so that everybody hears the liar itself before what the others pass on.
    const { clock, meshes, blames } = world({ seed, watch }, undefined, uniform(5, 5))
    const liar = meshes[0] as Mesh
    const honest = meshes.slice(1)
    const [one, other] = [100, 200].map((x) => codec.encode(Float32Array.of(x))) as [Uint8Array, Uint8Array]
    // Two honest echoes of one payload and the liar's own make it the decided one; the third was told another.
    await liar.publish(tag, one, { to: honest.slice(0, 2).map(({ self }) => self) })
    await liar.publish(tag, other, { to: honest.slice(2).map(({ self }) => self) })
    const digest = Buffer.from(digestOf(tag, liar.self, one), 'hex')
    for (const kind of ['echo', 'ready']) await liar.publish({ ...tag, kind, origin: liar.self }, digest)
    const delivered: PeerId[] = []
    const run = broadcasting(honest, (mesh, origin) => {
      if (origin === liar.self) delivered.push(mesh.self)
    })
    clock.after(5_000, () => {})
    await clock.until(Promise.race([run, liar.clock.sleep(5_000)]))
    assert.deepEqual(
      delivered.toSorted(),
      honest.map(({ self }) => self),
    )
    assert.ok(blames.every(({ peer, kind }) => peer === liar.self && kind === 'MESH_EQUIVOCATION'))
  },
)

seeded('a payload that is none is echoed by nobody, and its origin blamed', async ({ seed, watch }) => {
  const { clock, meshes, blames } = world({ seed, watch })
  const liar = meshes[0] as Mesh
  const honest = meshes.slice(1)
  await liar.publish(tag, codec.encode(Float32Array.of(Number.NaN)))
  const delivered: PeerId[] = []
  const run = broadcasting(honest, (_, origin) => delivered.push(origin))
  await clock.until(Promise.race([run, liar.clock.sleep(5_000)]))
  assert.equal(delivered.length, 9)
  assert.ok(!delivered.includes(liar.self))
  assert.deepEqual(
    blames.map(({ peer, kind }) => [peer, kind]),
    honest.map(() => [liar.self, 'CODEC_NOT_FINITE']),
  )
})

seeded(
  'broadcasts in the name of strangers, and more of them than a member may say, are refused, and do no harm',
  async ({ seed, watch }) => {
    const { clock, meshes, blames } = world({ seed, watch }, 50)
    const liar = meshes[0] as Mesh
    const honest = meshes.slice(1)
    const digest = new Uint8Array(32)
    // The liar's own mesh knows no stranger either, so only what has a description can be said at all.
    await assert.rejects(liar.publish({ ...tag, kind: 'echo', origin: 'stranger' }, digest), {
      code: 'MESH_NO_DESCRIPTION',
    })
    for (let hop = 1; hop <= 200; hop++)
      for (const { peer } of liar.members)
        await liar.publish({ ...tag, kind: 'echo', hop, origin: peer }, digest)
    const delivered: PeerId[] = []
    const run = broadcasting(honest, (_, origin) => delivered.push(origin))
    await clock.until(Promise.race([run, liar.clock.sleep(5_000)]))
    assert.equal(delivered.length, 9)
    const floods = blames.filter(({ kind }) => kind === 'MESH_TOO_MANY_PENDING')
    assert.ok(floods.length > 500 && floods.every(({ peer }) => peer === liar.self), `${floods.length}`)
  },
)
