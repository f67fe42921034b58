/**
 * Each attack on vectors does harm to plain averaging, at a stated strength: compared, under each of five seeds, with its
 * no-op, in which the same attackers say their own honest vectors. One exchange: 16 honest, 4 attackers, 100 coordinates.
 * What is about how something is said is in `harm.test.ts`; poisoned data are in `backdoor.test.ts` and
 * `test/scenario/label-flip.test.ts`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mean } from '../../src/attack/attack.ts'
import { attackTable } from '../../src/attack/attack-table.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { seedsUpTo } from '../sim/seeded.ts'
import { gradients, plainAverage, sightOf } from './helpers.ts'

const [n, liars, d] = [20, 4, 100]
const seeds = seedsUpTo(5)

interface Exchange {
  readonly center: Float64Array
  /** What the average is where the attackers are honest. */
  readonly unharmed: Float32Array
  readonly harmed: Float32Array
}

/** Every attacker forges by itself, from what it would honestly say and from its own chance. */
function exchangeUnder(text: string, seed: number): Exchange {
  const all = gradients(n, d, seed)
  const [honest, colluding] = [all.slice(0, n - liars), all.slice(n - liars)]
  const forged = colluding.map((own, rank) => {
    const forge = parseAttack(text).forge?.()
    assert.ok(forge, `${text} forges no vector`)
    const random = seededRandom(seed, 'liar', rank)
    return forge(sightOf(honest, { own, colluding, liars, rank, random }))
  })
  return {
    center: mean(honest),
    unharmed: plainAverage(all),
    harmed: plainAverage([...honest, ...forged]),
  }
}

/** Projection on the honest mean: 1 where averaging is not harmed, 0 where it stalls, below where it goes back. */
function progress(vector: Float32Array, center: Float64Array): number {
  const square = center.reduce((sum, x) => sum + x * x, 0)
  return vector.reduce((sum, x, k) => sum + x * (center[k] ?? 0), 0) / square
}

/** Distance from the honest mean, in units of what honest noise makes of it: sqrt(d / 16). */
function offset(vector: Float32Array, center: Float64Array): number {
  return Math.hypot(...vector.map((x, k) => x - (center[k] ?? 0))) / Math.sqrt(d / (n - liars))
}

/**
 * How much progress the attack takes off, at least, beyond what its no-op does. A forged -c * mean takes (1 + c) / 5: the
 * attackers' share of it, and what they would have added.
 */
const backwards: readonly [attack: string, taken: number][] = [
  ['sign-flip', 0.3],
  ['sign-flip:scale=10', 2],
  ['reverse', 10],
  ['cancel', 0.9],
  ['omniscient', 19],
  ['ipm:tau=0.5', 0.2],
  ['ipm', 2],
  ['garfield-empire', 1.2],
  ['zero', 0.1],
  ['opt-ipm', 1e5],
  ['epfl-empire', 1e3],
  ['alie:direction=down', 0.35],
  ['min-max:dev=sign', 0.25],
  ['min-max:dev=unit_vec', 0.3],
  ['min-max', 0.25],
  ['min-sum:dev=sign', 0.2],
  ['min-sum:dev=unit_vec', 0.2],
  ['min-sum', 0.15],
  ['anti-cge', 0.45],
  ['anti-clustering', 0.3],
  ['constant', 20],
  ['bit-flip', 0.25],
  ['gaussian', 0.1],
  // A third of one fifth is not much.
  ['drop', 0.03],
  ['drop:share=0.8', 0.1],
]

for (const [attack, taken] of backwards)
  test(`${attack} takes ${taken} of its progress off plain averaging, beside honest attackers`, () => {
    for (const seed of seeds) {
      const { center, unharmed, harmed } = exchangeUnder(attack, seed)
      const lost = progress(unharmed, center) - progress(harmed, center)
      assert.ok(lost >= taken, `seed ${seed}: ${lost}`)
    }
  })

/**
 * How much farther off the honest mean it takes the average than its no-op, which is 0.45 off. Noise that is no larger than
 * the gradients, `uniform` and `sign-noise` at their defaults, moves it hardly at all: here the strength is one that does.
 */
const sideways: readonly [attack: string, more: number][] = [
  ['alie', 0.5],
  ['opt-alie', 1e5],
  ['garfield-little', 0.2],
  ['epfl-little', 1e3],
  ['gaussian:sigma=20', 6],
  ['random', 70],
  ['uniform:high=100', 10],
  ['sign-noise:scale=10', 3],
  ['one-coordinate:size=100', 5],
  ['one-coordinate', 1e3],
  ['mimic:target=3', 0.2],
  ['mimic', 0.2],
]

for (const [attack, more] of sideways)
  test(`${attack} takes plain averaging ${more} standard errors farther off than honest attackers do`, () => {
    for (const seed of seeds) {
      const { center, unharmed, harmed } = exchangeUnder(attack, seed)
      const moved = offset(harmed, center) - offset(unharmed, center)
      assert.ok(moved >= more, `seed ${seed}: ${moved}`)
    }
  })

for (const attack of ['inf', 'nan'])
  test(`${attack} leaves nothing finite of a plain average`, () => {
    for (const seed of seeds) assert.ok(exchangeUnder(attack, seed).harmed.every((x) => !Number.isFinite(x)))
  })

test('every attack on vectors is in one of these lists, and honest attackers would be in none', () => {
  const tried = [...backwards, ...sideways, ['inf'], ['nan']].map(([text]) => `${text}`.split(':', 1).join())
  const forging = Object.keys(attackTable).filter((name) => parseAttack(name).forge !== undefined)
  assert.deepEqual(
    forging.filter((name) => attackTable[name]?.poison === undefined && !tried.includes(name)),
    [],
  )
  // Of a bit that is flipped with probability 0 nothing is left but its no-op.
  for (const seed of seeds) {
    const { unharmed, harmed } = exchangeUnder('bit-flip:rate=0', seed)
    assert.deepEqual(harmed, unharmed)
  }
  for (const [, least] of [...backwards, ...sideways]) assert.ok(least > 0)
})
