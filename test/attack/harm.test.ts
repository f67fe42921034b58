/**
 * Each attack on how something is said does harm to a swarm that averages, at a stated strength and in a stated sense:
 * compared, under each of five seeds, with its no-op, in which the same two of seven follow the protocol. Plain averaging
 * declares no liars, so it waits for everybody.
 */
import assert from 'node:assert/strict'
import { attackTable } from '../../src/attack/attack-table.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { seeded, seedsUpTo } from '../sim/seeded.ts'

const [n, steps, dimension] = [7, 12, 10]
const liars = [5, 6]
const seeds = seedsUpTo(5)

/** How the five honest members fared. */
interface Run {
  /** The largest distance of an honest model from the mean of all centers. */
  readonly error: number
  /** The largest distance between two honest models. */
  readonly apart: number
  readonly virtualMs: number
  readonly deliveries: number
}

async function run(seed: number, attack?: string): Promise<Run> {
  const centers = Array.from({ length: n }, (_, i) => {
    const random = seededRandom(seed, 'center', i)
    return Float32Array.from({ length: dimension }, () => 2 + 0.2 * random.normal())
  })
  const goal = Float32Array.from({ length: dimension }, (_, k) =>
    centers.reduce((sum, center) => sum + (center[k] ?? 0) / n, 0),
  )
  const { models, virtualMs, deliveries } = await runSimulatedSwarm({
    seed,
    n,
    f: 0,
    steps,
    rule: parseRule('average'),
    modelRule: parseRule('average'),
    learner: (i) =>
      quadraticLearner({
        center: centers[i] ?? new Float32Array(),
        schedule: { kind: 'constant', rate: 0.2 },
      }),
    ...(attack === undefined ? {} : { attacks: new Map(liars.map((i) => [i, parseAttack(attack)])) }),
  })
  const honest = [...models].flatMap(([position, model]) => (liars.includes(position) ? [] : [model]))
  const largest = (distances: readonly number[]) => Math.max(...distances)
  return {
    error: largest(honest.map((model) => distance(model, goal))),
    apart: largest(honest.flatMap((one) => honest.map((other) => distance(one, other)))),
    virtualMs,
    deliveries,
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((x, k) => x - (b[k] ?? 0)))
}

/** Gradients and models are agreed on in one exchange each. */
const exchanges = 2 * steps
/** What each liar says once more in an exchange reaches so many. */
const others = n - 1

type Harm = readonly [attack: string, inWhat: string, isHarmed: (attacked: Run, honest: Run) => boolean]

const harms: readonly Harm[] = [
  [
    'withhold',
    'a fifth more time: its vector takes the way over others',
    (attacked, honest) => attacked.virtualMs > 1.2 * honest.virtualMs,
  ],
  [
    'delay',
    '450 ms of the 500 in every exchange',
    (attacked, honest) => attacked.virtualMs > honest.virtualMs + exchanges * 450,
  ],
  [
    'replay',
    'a third more distance from the goal: a step that is old pulls back',
    (attacked, honest) => attacked.error > 1.3 * honest.error,
  ],
  [
    'replay:age=5',
    'twice the distance from the goal',
    (attacked, honest) => attacked.error > 2 * honest.error,
  ],
  [
    'stale',
    'a message more for each other member, in nine of ten exchanges from step 6 on',
    (attacked, honest) =>
      attacked.deliveries - honest.deliveries > 0.9 * liars.length * others * 2 * (steps - 5),
  ],
  [
    'flood',
    '45 messages more of the 50 for each other member, in every exchange',
    (attacked, honest) => attacked.deliveries - honest.deliveries > 45 * liars.length * others * exchanges,
  ],
  ['equivocate', 'honest models that are apart', ({ apart }, honest) => apart > 1 && honest.apart < 1e-6],
  ['dissensus', 'honest models that are apart', ({ apart }, honest) => apart > 0.05 && honest.apart < 1e-6],
]

for (const [attack, inWhat, isHarmed] of harms)
  seeded(
    `${attack} costs a swarm that averages ${inWhat}`,
    async ({ seed }) => {
      const [honest, attacked] = [await run(seed), await run(seed, attack)]
      assert.ok(isHarmed(attacked, honest), JSON.stringify({ honest, attacked }))
      assert.ok(!isHarmed(honest, honest), 'honest attackers do the same')
    },
    { seeds },
  )

/** Nobody goes on without their vectors; or, where random bytes spell numbers, with what they make of the average. */
for (const attack of ['silent', 'garbage', 'garbage:length=3'])
  seeded(
    `${attack} costs a swarm that averages all its steps, or all that it learnt`,
    async ({ seed }) => {
      const { error } = await run(seed)
      const attacked = await run(seed, attack).catch((thrown: unknown) => thrown)
      if (isCoded(attacked)) assert.match(attacked.code, /^(SIM_STALLED|AGREEMENT_DIVERGED)$/)
      else assert.ok((attacked as Run).error > 1e3 * error, JSON.stringify(attacked))
    },
    { seeds },
  )

seeded('every attack that neither forges one vector for all nor poisons is here', () => {
  const shown = [...harms.map(([attack]) => attack.split(':', 1).join()), 'silent', 'garbage']
  const said = Object.keys(attackTable).filter(
    (name) => attackTable[name]?.poison === undefined && parseAttack(name).forge === undefined,
  )
  assert.deepEqual(said.toSorted(), [...new Set(shown)].sort())
})
