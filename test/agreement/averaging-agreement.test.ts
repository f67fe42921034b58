/** The property of docs/PROOFS.md 2, per coordinate, under liars who equivocate and see every honest vector. */
import assert from 'node:assert/strict'
import { averagingAgreement } from '../../src/agreement/averaging-agreement.ts'
import { contractionOf, type Setting } from '../../src/agreement/contraction.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { ranges } from '../../src/gar/spread.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { uniform } from '../../src/sim/latency.ts'
import { simulate } from '../../src/sim/world.ts'
import { type Random, seededRandom } from '../../src/util/prng.ts'
import { seeded, seedsUpTo, unwatched } from '../sim/seeded.ts'

const d = 6
const trmean = parseRule('trmean')
const never = new AbortController().signal
const tag: Tag = { step: 1, phase: 'model', kind: 'value', hop: 0 }

/** What a liar tells one member: anything between far out and just inside. */
type Lie = (receiver: number, honest: readonly Float32Array[], random: Random) => Float32Array

const corner = (honest: readonly Float32Array[], pick: (k: number) => 'low' | 'high') =>
  Float32Array.from({ length: d }, (_, k) => {
    const column = honest.map((vector) => vector[k] ?? 0)
    return pick(k) === 'low' ? Math.min(...column) : Math.max(...column)
  })

const lies: Readonly<Record<string, Lie>> = {
  'pulls half of them down to the honest corner and half up': (receiver, honest) =>
    corner(honest, () => (receiver % 2 === 0 ? 'low' : 'high')),
  'pulls each coordinate of each member another way': (_, honest, random) =>
    corner(honest, () => (random.uniform() < 0.5 ? 'low' : 'high')),
  'is far out': (receiver) => new Float32Array(d).fill(receiver % 2 === 0 ? 1e9 : -1e9),
  'is anything': (_, __, random) => Float32Array.from({ length: d }, () => 3 * random.normal()),
}

async function oneRound(setting: Setting, lie: Lie, seed: number, watch = unwatched) {
  const { n, f, policy } = setting
  const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
  const world = watch(simulate({ n, seed, describe: () => () => description, latency: uniform(1, 50) }))
  const { clock, meshes } = world
  const random = seededRandom(seed, 'inputs')
  const liars = meshes.slice(0, f)
  const honest = meshes.slice(f)
  const clustered = random.uniform() < 0.5
  const before = honest.map(() =>
    Float32Array.from({ length: d }, () => (clustered ? Math.round(random.uniform()) : random.normal())),
  )
  for (const liar of liars)
    for (const [receiver, mesh] of honest.entries())
      await liar.publish(tag, f32(d).encode(lie(receiver, before, random)), { to: [mesh.self] })
  const agreed = honest.map((mesh: Mesh, i) =>
    averagingAgreement(mesh, before[i] as Float32Array, {
      step: 1,
      phase: 'model',
      rounds: 1,
      rule: trmean,
      f,
      wait:
        policy !== 'synchronous' ? { policy } : { policy, deadlineMs: 1000, attendance: new Attendance(1) },
      signal: never,
    }),
  )
  const reports = await clock.until(Promise.all(agreed))
  return { before, after: reports.map(({ after }) => after), reports }
}

const settings: readonly Setting[] = [
  { n: 4, f: 1, late: 0, policy: 'synchronous' },
  { n: 7, f: 2, late: 0, policy: 'synchronous' },
  { n: 10, f: 3, late: 0, policy: 'synchronous' },
  { n: 6, f: 1, late: 1, policy: 'quorum' },
  { n: 11, f: 2, late: 2, policy: 'quorum' },
]

for (const setting of settings)
  for (const [name, lie] of Object.entries(lies))
    seeded(
      `trimmed mean contracts each coordinate by its factor: n = ${setting.n}, f = ${setting.f}, ${setting.policy}, the liar ${name}`,
      async ({ seed, watch }) => {
        const factor = contractionOf(trmean, setting)?.factor ?? 1
        assert.ok(factor < 1)
        const { before, after } = await oneRound(setting, lie, seed, watch)
        const [wide, narrow] = [ranges(before), ranges(after)]
        for (let k = 0; k < d; k++) {
          const [was, is] = [wide[k] ?? 0, narrow[k] ?? 0]
          assert.ok(is <= factor * was + 1e-6, `coordinate ${k}: ${was} became ${is}, factor ${factor}`)
          const column = before.map((x) => x[k] ?? 0)
          const [low, high] = [Math.min(...column) - 1e-6, Math.max(...column) + 1e-6]
          for (const vector of after)
            assert.ok((vector[k] ?? 0) >= low && (vector[k] ?? 0) <= high, `coordinate ${k} left the range`)
        }
      },
      { seeds: seedsUpTo(25) },
    )

seeded(
  'below the bound the same liars do keep honest members apart: the property can fail',
  async ({ seed }) => {
    const setting: Setting = { n: 3, f: 1, late: 0, policy: 'synchronous' }
    const lie = lies['pulls half of them down to the honest corner and half up'] as Lie
    let kept = 0
    for (let round = seed; round < seed + 25; round++) {
      const { before, after } = await oneRound(setting, lie, round)
      const [wide, narrow] = [ranges(before), ranges(after)]
      kept += [...wide.keys()].filter(
        (k) => (wide[k] ?? 0) > 0 && (narrow[k] ?? 0) > 0.99 * (wide[k] ?? 0),
      ).length
    }
    assert.ok(kept > 0)
  },
)

seeded(
  'a round that misses too many vectors is counted as proving nothing, and goes on',
  async ({ seed, watch }) => {
    const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
    const { clock, meshes } = watch(simulate({ n: 4, seed, describe: () => () => description }))
    const [silent, ...speaking] = meshes
    const run = speaking.map((mesh) =>
      averagingAgreement(mesh, new Float32Array(d).fill(1), {
        step: 1,
        phase: 'model',
        rounds: 1,
        rule: trmean,
        f: 1,
        wait: { policy: 'synchronous', deadlineMs: 100, attendance: new Attendance(1) },
        signal: never,
      }),
    )
    for (const report of await clock.until(Promise.all(run))) {
      const { missing, unprovenRounds, fallbackRounds, exchanges, after } = report
      assert.deepEqual(missing, [silent?.self])
      // n = 4, f = 1: k(1) = (1 + 1) / (4 - 2 - 1) = 2, which is no contraction.
      assert.deepEqual(exchanges, [{ late: 1, factor: 1 }])
      assert.deepEqual([unprovenRounds, fallbackRounds], [1, 0])
      assert.deepEqual(after, new Float32Array(d).fill(1))
    }
  },
)

seeded(
  'a member whose vector is refused counts among the liars, so that nothing is lost',
  async ({ seed, watch }) => {
    const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
    const { clock, meshes } = watch(simulate({ n: 4, seed, describe: () => () => description }))
    const [liar, ...honest] = meshes
    await liar?.publish(tag, f32(d).encode(new Float32Array(d).fill(Number.NaN)))
    const run = honest.map((mesh) =>
      averagingAgreement(mesh, new Float32Array(d).fill(1), {
        step: 1,
        phase: 'model',
        rounds: 1,
        rule: trmean,
        f: 1,
        wait: { policy: 'synchronous', deadlineMs: 1000, attendance: new Attendance(1) },
        signal: never,
      }),
    )
    for (const { missing, unprovenRounds, exchanges } of await clock.until(Promise.all(run))) {
      assert.deepEqual(missing, [liar?.self])
      assert.equal(unprovenRounds, 0)
      assert.deepEqual(exchanges, [{ late: 0, factor: 1 / 2 }])
    }
  },
)

seeded(
  'a rule that too few vectors came in for is replaced for that round by trimmed mean',
  async ({ seed, watch }) => {
    const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
    const { clock, meshes } = watch(simulate({ n: 7, seed, describe: () => () => description }))
    // Krum needs 2f + 3 = 7 vectors, and one member is silent.
    const run = meshes.slice(1).map((mesh, i) =>
      averagingAgreement(mesh, new Float32Array(d).fill(i), {
        step: 1,
        phase: 'gradient',
        rounds: 1,
        rule: parseRule('krum'),
        f: 2,
        wait: { policy: 'synchronous', deadlineMs: 100, attendance: new Attendance(1) },
        signal: never,
      }),
    )
    for (const { fallbackRounds, after } of await clock.until(Promise.all(run))) {
      assert.equal(fallbackRounds, 1)
      // The trimmed mean of 0, 1, 2, 3, 4, 5 with f = 2 is (2 + 3) / 2.
      assert.deepEqual(after, new Float32Array(d).fill(2.5))
    }
  },
)

seeded('a vector that is no longer finite ends learning with AGREEMENT_DIVERGED', async ({ seed, watch }) => {
  const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
  const { clock, meshes } = watch(simulate({ n: 1, seed, describe: () => () => description }))
  const mine = new Float32Array(d).fill(Number.POSITIVE_INFINITY)
  const run = averagingAgreement(meshes[0] as Mesh, mine, {
    step: 3,
    phase: 'gradient',
    rounds: 1,
    rule: trmean,
    f: 0,
    wait: { policy: 'quorum' },
    signal: never,
  })
  await assert.rejects(clock.until(run), { code: 'AGREEMENT_DIVERGED' })
})

seeded(
  'each member draws for itself, when the vectors are in, and from the seed: nobody can know the groups beforehand',
  async ({ seed, watch }) => {
    const groupings = async () => {
      const description = { maxBytes: 4 * d, codec: f32(d), audience: 'all' } as const
      const { clock, meshes } = watch(simulate({ n: 9, seed, describe: () => () => description }))
      const random = seededRandom(seed, 'inputs')
      const before = meshes.map(() => Float32Array.from({ length: d }, () => random.normal()))
      const agreeAt = (step: number) =>
        Promise.all(
          meshes.map((mesh: Mesh, i) =>
            averagingAgreement(mesh, before[i] as Float32Array, {
              step,
              phase: 'model',
              rounds: 1,
              rule: parseRule('bucketing:s=2>median'),
              f: 0,
              wait: { policy: 'synchronous', deadlineMs: 10_000, attendance: new Attendance(2) },
              signal: never,
            }),
          ),
        )
      const agreed = [...(await clock.until(agreeAt(1))), ...(await clock.until(agreeAt(2)))]
      return agreed.map(({ after }) => after)
    }
    const drawn = await groupings()
    // Nine members, two exchanges, and thousands of ways to group nine.
    assert.equal(new Set(drawn.map((after) => after.join())).size, 18)
    assert.deepEqual(await groupings(), drawn)
  },
  { seeds: [3] },
)
