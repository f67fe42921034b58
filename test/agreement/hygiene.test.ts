/**
 * What is no vector never reaches a model: under liars that say NaN, infinities and the wrong number of bytes, honest members
 * end with the very bits that they end with where those liars are silent.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { type Random, seededRandom } from '../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../sim/seeded.ts'
import { dimension, type Learned, learnTogether, type SwarmOptions } from './swarm.ts'

const base = { steps: 3, profile: 'practical' } as const
const phases = ['gradient', 'model']

/** Sets one coordinate, any of them, of a vector that is otherwise as an honest one may be. */
const spoilt =
  (value: number) =>
  (random: Random): Uint8Array =>
    f32(dimension).encode(new Float32Array(dimension).fill(1).with(random.below(dimension), value))

const rubbish: Readonly<Record<string, (random: Random) => Uint8Array>> = {
  'a NaN': spoilt(Number.NaN),
  'an infinity': spoilt(Number.POSITIVE_INFINITY),
  'minus infinity': spoilt(Number.NEGATIVE_INFINITY),
  // A NaN whose bits are those of no number's arithmetic: exponent all ones, lowest bit of the fraction set.
  'a signalling NaN': () => {
    const payload = new Uint8Array(4 * dimension)
    new DataView(payload.buffer).setUint32(4 * 2, 0x7f800001, true)
    return payload
  },
  nothing: () => new Uint8Array(),
  'a byte too few': () => new Uint8Array(4 * dimension - 1),
  'a coordinate too many': () => new Uint8Array(4 * (dimension + 1)),
}

/** Says what `draw` makes, something else to each member, in both phases of all steps. */
function saying(draw: (random: Random) => Uint8Array, seed: number): (mesh: Mesh) => void {
  return (mesh) => {
    const random = seededRandom(seed, 'rubbish', mesh.self)
    for (let step = 1; step <= base.steps; step++)
      for (const phase of phases)
        for (const { peer } of mesh.members)
          void mesh.publish({ step, phase, kind: 'value', hop: 0 }, draw(random), { to: [peer] })
  }
}

const silent = (): void => {}

/** The first f lie. A reliable broadcast says n times as much. */
function learned(
  lie: (mesh: Mesh) => void,
  options: { readonly policy: 'synchronous' | 'quorum' | 'reliable'; readonly seed: number },
): SwarmOptions {
  const [n, f] = options.policy === 'reliable' ? [4, 1] : [7, 2]
  return { ...base, ...options, n, f, liars: Array.from({ length: f }, () => lie) }
}

function bitsOf({ models }: Learned): string[] {
  return models.map((model) => Buffer.from(model.buffer).toString('hex'))
}

for (const policy of ['synchronous', 'quorum', 'reliable'] as const)
  for (const [name, draw] of Object.entries(rubbish))
    seeded(
      `${name} is never in a model: ${policy}`,
      async ({ seed, watch }) => {
        const without = await learnTogether(learned(silent, { policy, seed }), watch)
        const under = await learnTogether(learned(saying(draw, seed), { policy, seed }), watch)
        assert.deepEqual(bitsOf(under), bitsOf(without))
        const liars = new Set(under.world.meshes.slice(0, -under.models.length).map(({ self }) => self))
        for (const { gradient, model } of under.reports.flat())
          for (const agreement of [gradient, model]) {
            assert.ok(!agreement?.heard.some((peer) => liars.has(peer)))
            assert.ok(agreement?.after.every(Number.isFinite))
          }
      },
      { seeds: seedsUpTo(2) },
    )

seeded('a vector that is one does reach the models: the property can fail', async ({ seed, watch }) => {
  const options = { policy: 'synchronous', seed } as const
  const vector = f32(dimension).encode(new Float32Array(dimension).fill(1))
  const without = await learnTogether(learned(silent, options), watch)
  const under = await learnTogether(
    learned(
      saying(() => vector, seed),
      options,
    ),
    watch,
  )
  assert.notDeepEqual(bitsOf(under), bitsOf(without))
})

seeded('of any bytes, decoding makes a finite vector of the right length, or a fault', ({ seed }) => {
  const anyWord = fc.oneof(
    fc.constantFrom(0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffffffff, 0x7f7fffff, 1, 0x80000000),
    fc.nat(0xffffffff),
  )
  fc.assert(
    fc.property(fc.array(anyWord, { maxLength: 5 }), fc.nat(3), (words, cut) => {
      const all = new Uint8Array(Uint32Array.from(words).buffer)
      const payload = all.subarray(0, Math.max(0, all.byteLength - cut))
      const decoded = f32(3).decode(payload)
      const isVector =
        payload.byteLength === 12 && words.slice(0, 3).every((word) => (word & 0x7f800000) !== 0x7f800000)
      assert.equal('value' in decoded, isVector)
      if ('value' in decoded) assert.ok(decoded.value.length === 3 && decoded.value.every(Number.isFinite))
    }),
    { numRuns: 2000, seed },
  )
})
