/** Each attack on vectors, at a stated strength, against plain averaging: what it does to one mean of 16 honest and 4 forged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mean } from '../../src/attack/attack.ts'
import { attackTable } from '../../src/attack/attack-table.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { gradients, plainAverage, sightOf } from './helpers.ts'

const [d, liars] = [100, 4]
const honest = gradients(16, d)
const center = mean(honest)
/** Projection of a vector on the honest mean: 1 where averaging is not harmed, 0 where it stalls, below where it goes back. */
const progress = (vector: Float32Array) =>
  vector.reduce((sum, x, k) => sum + x * (center[k] ?? 0), 0) / center.reduce((sum, x) => sum + x * x, 0)
/** Distance from the honest mean, in units of what honest noise makes of it: sqrt(d / 16). */
const offset = (vector: Float32Array) =>
  Math.hypot(...vector.map((x, k) => x - (center[k] ?? 0))) / Math.sqrt(d / honest.length)

function outcome(text: string): Float32Array {
  const forged = parseAttack(text).forge?.()(sightOf(honest, { liars }))
  assert.ok(forged)
  return plainAverage([...honest, ...new Array<Float32Array>(liars).fill(forged)])
}

/** A forged -c * mean leaves (16 - 4c) / 20 of the progress. */
const backwards: readonly [attack: string, mostProgress: number][] = [
  ['sign-flip', 0.601],
  ['sign-flip:scale=10', -1.199],
  ['omniscient', -19],
  ['ipm:tau=0.5', 0.701],
  ['ipm:tau=10', -1.199],
  ['zero', 0.801],
  ['opt-ipm', -1e5],
  ['epfl-empire', -1e3],
  ['alie:tau=5,direction=down', 0.2],
  ['min-max:dev=sign', 0.65],
  ['min-max:dev=unit_vec', 0.65],
  ['min-max:dev=std', 0.65],
  ['min-sum:dev=sign', 0.75],
  ['min-sum:dev=unit_vec', 0.75],
  ['min-sum:dev=std', 0.75],
  ['anti-cge', 0.65],
  ['constant', -20],
  ['drop:share=0.8', 0.85],
]

for (const [attack, mostProgress] of backwards)
  test(`${attack} leaves plain averaging at most ${mostProgress} of its progress`, () => {
    const left = progress(outcome(attack))
    assert.ok(left <= mostProgress, `${left}`)
  })

const sideways: readonly [attack: string, leastOffset: number][] = [
  ['alie:tau=3', 2],
  ['opt-alie', 1e5],
  ['epfl-little', 1e3],
  ['gaussian:sigma=20', 10],
  ['random', 100],
  ['one-coordinate:size=100', 5],
  ['one-coordinate', 1e3],
  ['bit-flip', 0.75],
  ['drop', 0.7],
  ['sign-noise:scale=10', 3],
  ['mimic:target=3', 0.7],
  ['mimic', 0.7],
]

for (const [attack, leastOffset] of sideways)
  test(`${attack} takes plain averaging at least ${leastOffset} standard errors off the honest mean`, () => {
    const off = offset(outcome(attack))
    assert.ok(off >= leastOffset, `${off}`)
  })

for (const attack of ['inf', 'nan'])
  test(`${attack} leaves nothing finite of a plain average`, () => {
    assert.ok(outcome(attack).every((x) => !Number.isFinite(x)))
  })

test('every attack on vectors is in one of these lists; backdoor and dissensus have their own tests', () => {
  const tried = [...backwards, ...sideways, ['inf'], ['nan']].map(([text]) => `${text}`.split(':', 1).join())
  const forging = Object.keys(attackTable).filter((name) => parseAttack(name).forge !== undefined)
  assert.deepEqual(
    forging.filter((name) => name !== 'backdoor' && !tried.includes(name)),
    [],
  )
})
