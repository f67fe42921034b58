/** Fifty steps under attack; and those who break it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../../src/agreement/two-server/fixed-point.ts'
import { bytesOf } from '../../../src/agreement/two-server/ring/ring.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import { memberName } from '../../../src/sim/world.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { changing, withholding } from './liars.ts'
import { aggregateTogether, type Outcome, type SwarmOptions, wishOf } from './swarm.ts'

const [n, f, dimension, steps] = [7, 2, 6, 50]
const base: SwarmOptions = { n, f, dimension, steps, seed: 11, rule: 'multikrum' }
const honest = Array.from({ length: n - f }, (_, i) => f + i)

/** Where the honest workers want to be, on average. */
function goal(): number[] {
  return Array.from({ length: dimension }, (_, k) =>
    honest.reduce((sum, i) => sum + (wishOf(i, dimension, base.seed)[k] ?? 0) / honest.length, 0),
  )
}

/** How far the model that all share is from there. */
function missedBy({ models }: Outcome): number {
  for (const i of honest) assert.deepEqual(models[i], models[n], 'all follow the first server')
  return Math.hypot(...goal().map((x, k) => x - (models[n]?.[k] ?? Number.NaN)))
}

/** The first f workers say this, from the mean gradient of the honest ones at the model of that step. */
function attackOf(lie: (mean: number) => number): Pick<SwarmOptions, 'gradients'> {
  // The model follows from the gradients, which the liars know: it is where they are told to be, a step before.
  let theta = new Float64Array(dimension)
  let at = 0
  const wishes = goal()
  const gradient = (step: number) => {
    if (step > at) theta = theta.map((x, k) => (at === 0 ? 0 : x - 0.2 * (x - (wishes[k] ?? 0))))
    at = step
    return Float32Array.from(theta, (x, k) => lie(x - (wishes[k] ?? 0)))
  }
  return { gradients: Array.from({ length: f }, () => gradient) }
}

const withstood: readonly [string, Partial<SwarmOptions>][] = [
  ['nobody lies', {}],
  ['nobody lies to MDA', { rule: 'mda' }],
  ['signs are flipped before MDA', { rule: 'mda', ...attackOf((mean) => -mean) }],
  ['far away from mixed ones', { rule: 'nnm>multikrum', ...attackOf(() => 40) }],
  ['signs are flipped', attackOf((mean) => -mean)],
  ['ten times the opposite', attackOf((mean) => -10 * mean)],
  ['far away', attackOf(() => 40)],
  ['near, and wrong', attackOf((mean) => mean + 0.3)],
  ['liars are silent', { silent: [0, 1] }],
  ['half a vector is withheld', { decorate: withholding(1, 'share/rest') }],
]
for (const [name, attack] of withstood)
  test(`fifty steps lead near the honest workers' goal: ${name}`, async () => {
    const outcome = await aggregateTogether({ ...base, ...attack })
    // Apart by 0.3 a coordinate, the mean of any m of h of them is this near to the mean of all.
    const missed = missedBy(outcome)
    assert.ok(missed < 0.6, `${missed}`)
    assert.equal(outcome.reports[n]?.length, steps)
  })

test('more liars than declared, who say the same, take the model where they want', async () => {
  const far = () => new Float32Array(dimension).fill(-3)
  const many = { gradients: Array.from({ length: 5 }, () => far) }
  assert.ok(missedBy(await aggregateTogether({ ...base, ...many })) > 10)
})

test('a second server that breaks the protocol can do as much: it is trusted to keep to it', async () => {
  const anything = changing(n + 1, 'weight/rest', (words) => {
    words.set(encode(new Float64Array(dimension).fill(9), 18))
  })
  const outcome = await aggregateTogether({ ...base, decorate: anything })
  assert.ok(missedBy(outcome) > 10)
  assert.deepEqual(outcome.world.blames, [], 'and nobody can tell')
})

test('more than f absent workers stop it; more than f that fail the check end it, and the error names n and f', async () => {
  const beyond = (name: string) => (mesh: Mesh, position: number) =>
    [0, 1, 2].reduce((mesh, liar) => changing(liar, name, (words) => words.fill(1))(mesh, position), mesh)
  await assert.rejects(
    aggregateTogether({ ...base, steps: 1, decorate: beyond('check/rest') }),
    (error) =>
      isCoded(error, 'AGREEMENT_TWO_SERVER_TOO_FEW') &&
      ['4 of 7', 'f = 2', 'takes 5'].every((part) => error.message.includes(part)),
  )
  await assert.rejects(aggregateTogether({ ...base, steps: 1, silent: [0, 1, 2] }), (error) =>
    isCoded(error, 'SIM_STALLED'),
  )
})

test('who says what is for another role to say is blamed and not heard', async () => {
  const usurping: SwarmOptions['decorate'] = (mesh, position) => {
    if (position !== 0) return mesh
    const tag = (phase: string, kind: string) => ({ step: 1, phase, kind, hop: 0 })
    void mesh.publish(tag('result', 'value'), new Uint8Array(4 * dimension))
    void mesh.publish(tag('triple', 'first'), new Uint8Array(32), { to: [memberName(n)] })
    void mesh.publish(tag('distance', 'share'), bytesOf(new Uint32Array(n * (n - 1))), {
      to: [memberName(n + 1)],
    })
    return mesh
  }
  const outcome = await aggregateTogether({ ...base, steps: 1, decorate: usurping })
  const [plain] = [await aggregateTogether({ ...base, steps: 1 })]
  assert.deepEqual(outcome.models[3], plain.models[3])
  const blamed = new Set(outcome.world.blames.map(({ peer, kind }) => `${peer} ${kind}`))
  assert.deepEqual([...blamed], [`${memberName(0)} AGREEMENT_WRONG_ROLE`])
})
