/** Liars beside links that lose chunks, above the chunks and below them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { type Liar, runProtocol } from '../protocol-swarm.ts'
import { all, dimension, errorOf, oneNoise, positions } from './swarm.ts'

/** 20 coordinates in chunks of two: ten chunks. */
const lossy = (fill: string) => `aggregathor:lossy=yes,fill=${fill},chunk=8`
const fills = ['stale', 'nan', 'drop-vector']

for (const [fill, rule] of [
  ['stale', 'multikrum'],
  ['nan', 'median'],
  ['drop-vector', 'multikrum'],
] as const)
  test(`${fill}: ${rule} withstands four liars and four lossy workers, f = 8, lies being told whole, chunk by chunk, late or not at all`, async () => {
    for (const [i, attack] of ['ipm:tau=10', 'sign-flip', 'garbage', 'silent', 'delay:ms=150'].entries()) {
      const attacks = all(positions(9, 4), attack)
      const error = await errorOf({
        protocol: lossy(fill),
        rule,
        f: 8,
        seed: i,
        attacks,
        lossy: positions(1, 4),
      })
      assert.ok(error < 2 * oneNoise, `${attack}, SEED=${i}: ${error}`)
    }
  })

test('Bulyan withstands two liars beside two lossy workers, and an average one of neither', async () => {
  const attacks = all(positions(9, 2), 'ipm:tau=10')
  for (const fill of fills) {
    const error = await errorOf({ protocol: lossy(fill), rule: 'bulyan', f: 4, attacks, lossy: [1, 2] })
    assert.ok(error < 2 * oneNoise, `${fill}: ${error}`)
  }
  const many = all(positions(9, 8), 'ipm:tau=10')
  const average = await errorOf({ protocol: lossy('stale'), rule: 'average', f: 0, attacks: many, lossy: [] })
  assert.ok(average > 100, `${average}`)
})

test('lossy workers use up f: eight liars are withstood, and beside eight workers that lose chunks they win', async () => {
  const attacked = {
    protocol: lossy('drop-vector'),
    rule: 'multikrum',
    f: 8,
    attacks: all(positions(9, 8), 'ipm:tau=10'),
  }
  assert.ok((await errorOf(attacked)) < 2 * oneNoise)
  const beside = await errorOf({ ...attacked, lossy: positions(1, 8) })
  assert.ok(beside > 100, `${beside}`)
})

const swarm = { n: 7, f: 2, rule: 'multikrum', apart: 0, noise: 0.1, dimension, steps: 12, rate: 0.3 }
const far = (models: ReadonlyMap<number, Float32Array>) =>
  Math.hypot(...(models.get(0) ?? [Number.NaN]).map((x) => x - 1))

/** A liar below the chunks: it changes each as it is said, or leaves it out. */
const inChunks = (
  change: (chunk: Float32Array, step: number, part: number) => Float32Array | undefined,
): Liar => ({
  mesh: (mesh) =>
    wrappedMesh(mesh, {
      publish: async (tag, payload, options) => {
        if (tag.kind !== 'chunk') return mesh.publish(tag, payload, options)
        const changed = change(new Float32Array(payload.slice().buffer), tag.step, tag.part ?? 0)
        if (changed !== undefined) await mesh.publish(tag, new Uint8Array(changed.buffer), options)
      },
    }),
})

test('liars that change chunks below the protocol, or say rubbish in one, are withstood like others', async () => {
  for (const fill of fills)
    for (const [name, change, isBlamed] of [
      ['all turned round', (chunk: Float32Array) => chunk.map((x) => -10 * x), false],
      [
        'one turned round',
        (chunk: Float32Array, _: number, part: number) => chunk.map((x) => (part === 3 ? 1e6 * x : x)),
        false,
      ],
      [
        'one no number',
        (chunk: Float32Array, _: number, part: number) => (part === 3 ? chunk.fill(Number.NaN) : chunk),
        true,
      ],
      [
        'one of the wrong length',
        (chunk: Float32Array, _: number, part: number) => (part === 3 ? new Float32Array(1) : chunk),
        true,
      ],
    ] as const) {
      const liars = new Map([2, 5].map((position) => [position, inChunks(change)] as const))
      const { models, world } = await runProtocol({ ...swarm, protocol: lossy(fill), liars })
      assert.ok(far(models) < 2 * oneNoise, `${fill}, ${name}: ${far(models)}`)
      const blamed = [...new Set(world.blames.map(({ peer }) => peer))]
      assert.deepEqual(blamed.sort(), isBlamed ? ['p002', 'p005'] : [], `${fill}, ${name}`)
    }
})

test('stale: a liar that says one chunk a step has its first gradient used for ever, and is one of the f', async () => {
  const lazy = inChunks((chunk, step, part) => (step === 1 || part === 0 ? chunk : undefined))
  const { models, reports } = await runProtocol({
    ...{ ...swarm, protocol: lossy('stale') },
    liars: new Map([
      [1, lazy],
      [2, lazy],
    ]),
  })
  assert.ok(far(models) < 2 * oneNoise, `${far(models)}`)
  assert.ok(reports[0]?.every(({ gradient }) => gradient?.heard.length === 7))
})
