/** The common core of the witness exchange, whatever the order and whatever liars do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeLearn } from '../../src/agreement/describe.ts'
import { decodeReport, encodeReport, witnessedExchange } from '../../src/agreement/witness.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { uniform } from '../../src/sim/latency.ts'
import { memberName, simulate } from '../../src/sim/world.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'
import { adversaries, contradict, leastCommon, tag, witnessSchedule } from './broadcast-schedules.ts'

const codec = f32(1)
const never = new AbortController().signal

for (const adversary of Object.keys(adversaries))
  for (const [size, schedules] of [
    [{ n: 4, f: 1 }, 100],
    [{ n: 7, f: 2 }, 15],
  ] as const)
    seeded(
      `every exchange ends, and any two members share n - f values, if a liar ${adversary}: n = ${size.n}, f = ${size.f}`,
      async ({ seed, watch }) => {
        const gathered = await witnessSchedule(size, adversary, seed, watch)
        assert.equal(contradict(gathered), false, 'one origin, two values')
        const least = leastCommon(gathered)
        assert.ok(least >= size.n - size.f, `only ${least} are common`)
      },
      { seeds: seedsUpTo(schedules) },
    )

function world({ seed, watch }: Pick<Seeded, 'seed' | 'watch'>) {
  const describe = describeLearn(1, [0, 1, 2, 3].map(memberName))
  const made = simulate({ n: 4, seed, describe: () => describe, latency: uniform(1, 10) })
  for (const mesh of made.meshes) mesh.advance(1)
  return watch(made)
}

const options = { codec, f: 1, helping: never, signal: never }
const said = (i: number) => Float32Array.of(i)

seeded(
  'a member that is away does not hold up the others, and has everything once it is back, the values it missed included',
  async ({ seed, watch }) => {
    const { clock, network, meshes } = world({ seed, watch })
    const [away, ...present] = meshes.map(({ self }) => self)
    for (const peer of present) network.disconnect(away as string, peer)
    const others = meshes.slice(1).map((mesh, i) => witnessedExchange(mesh, tag, said(i + 1), options))
    for (const { missing } of await clock.until(Promise.all(others))) assert.deepEqual(missing, [away])
    const late = witnessedExchange(meshes[0] as Mesh, tag, said(0), options)
    for (const peer of present) network.connect(away as string, peer)
    const { heard } = await clock.until(late)
    assert.ok(heard.length >= 3)
  },
  { seeds: [3] },
)

seeded(
  'who has its result goes on helping until it is told to stop',
  async ({ seed, watch }) => {
    for (const isHelping of [true, false]) {
      const { clock, network, meshes } = world({ seed, watch })
      const helping = new AbortController()
      const [late, ...early] = meshes as readonly Mesh[] as Mesh[]
      for (const { self } of early) network.disconnect((late as Mesh).self, self)
      const runs = early.map((mesh, i) =>
        witnessedExchange(mesh, tag, said(i + 1), { ...options, helping: helping.signal }),
      )
      await clock.until(Promise.all(runs))
      if (!isHelping) helping.abort()
      await (late as Mesh).publish(tag, codec.encode(said(0)))
      for (const { self } of early) network.connect((late as Mesh).self, self)
      const echoed = async () => {
        const { self: origin } = late as Mesh
        for await (const _ of (early[0] as Mesh).listen({ ...tag, kind: 'echo', origin }, { signal: never }))
          return true
        return false
      }
      assert.equal(
        await clock.until(Promise.race([echoed(), early[0]?.clock.sleep(1000)])),
        isHelping || undefined,
      )
    }
  },
  { seeds: [3] },
)

test('a report names members by one bit each', () => {
  const members = Array.from({ length: 11 }, (_, i) => memberName(i))
  for (const named of [[], members.slice(0, 1), members.slice(5), members]) {
    const report = encodeReport(new Set(named), members)
    assert.equal(report.byteLength, 2)
    assert.deepEqual(decodeReport(report, members), named)
  }
})

seeded(
  'a report of too few members is blamed and counts for nothing',
  async ({ seed, watch }) => {
    const { clock, meshes, blames } = world({ seed, watch })
    const liar = meshes[0] as Mesh
    await liar.publish({ ...tag, kind: 'report' }, Uint8Array.of(0b11))
    const run = meshes.slice(1).map((mesh, i) => witnessedExchange(mesh, tag, said(i + 1), options))
    await clock.until(Promise.all(run))
    assert.deepEqual(
      blames.map(({ peer, kind }) => [peer, kind]),
      [1, 2, 3].map(() => [liar.self, 'AGREEMENT_BAD_REPORT']),
    )
  },
  { seeds: [3] },
)

seeded(
  'an exchange ends with its signal',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch })
    const leaving = new AbortController()
    const run = witnessedExchange(meshes[0] as Mesh, tag, said(0), { ...options, signal: leaving.signal })
    clock.after(50, () => leaving.abort(new Error('left')))
    await assert.rejects(clock.until(run), /left/)
  },
  { seeds: [3] },
)
