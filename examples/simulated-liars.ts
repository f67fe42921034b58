/**
 * Seven simulated members learn one model while two of them lie: what plain averaging makes of it, and what the default
 * rules do. Virtual time, one seed, the daemon's own protocol code; a few seconds.
 *
 *     npx node examples/simulated-liars.ts [seed]
 */
import { parseAttack, parseRule, quadraticLearner, runSimulatedSwarm, seededRandom } from '../src/index.ts'

const seed = Number(process.argv[2] ?? 1)
const n = 7
const dimension = 20
const liars = [5, 6]

/** Every member's data pull the model to a center of its own, near (1, ..., 1). */
const centers = Array.from({ length: n }, (_, member) => {
  const random = seededRandom(seed, 'center', member)
  return Float32Array.from({ length: dimension }, () => 1 + 0.1 * random.normal())
})

/** How far the honest models end up from (1, ..., 1), at most. */
async function errorUnder(attack: string, rule: string, modelRule: string, f: number): Promise<string> {
  const run = runSimulatedSwarm({
    seed,
    n,
    f,
    steps: 50,
    rule: parseRule(rule),
    modelRule: parseRule(modelRule),
    learner: (member) =>
      quadraticLearner({
        center: centers[member] ?? new Float32Array(),
        schedule: { kind: 'constant', rate: 0.2 },
      }),
    attacks: new Map(liars.map((member) => [member, parseAttack(attack)])),
  })
  const outcome = await run.catch((error: Error) => error)
  if (outcome instanceof Error) return outcome.message.split(':', 1)[0] ?? outcome.message
  const errors = [...outcome.models.values()].map((model) => Math.hypot(...model.map((x) => x - 1)))
  return Math.max(...errors).toPrecision(3)
}

console.log(
  `seed ${seed}: largest distance of an honest model from (1, ..., 1); ${Math.sqrt(dimension).toPrecision(3)} at the start`,
)
for (const attack of ['ipm:tau=2', 'alie:tau=5', 'equivocate', 'sign-flip:scale=10', 'silent']) {
  const averaged = await errorUnder(attack, 'average', 'average', 0)
  const robust = await errorUnder(attack, 'nnm>trmean', 'trmean', 2)
  console.log(`${attack.padEnd(20)} average ${averaged.padEnd(20)} nnm>trmean ${robust}`)
}
