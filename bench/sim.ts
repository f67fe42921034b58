/**
 * What the simulator costs: `npx node bench/sim.ts CASE...`, all cases if none is named. Each case prints its seconds, those
 * spent inside the aggregation rule apart, the peak of resident memory, and how many deliveries it made a second; run one
 * case a process, so that the memory is its own.
 *
 *     mnist     n = 20, 6 of them ALIE, MNIST MLP, batch 64, Dirichlet 0.5, momentum 0.9, trimmed mean, one exchange a step, 500 steps
 *     mnist2    the same with LEARN's second exchange
 *     cnn       n = 26, 5 of them ALIE, MNIST CNN, batch 25, Dirichlet 1, momentum, trimmed mean, one exchange a step, 50 steps
 *     crowd     1,000 peers, 300 of them ALIE, quadratic learner, d = 1,000, trimmed mean, 50 rounds, all to all
 *     pulls     the same swarm, each honest peer pulls 20 vectors a round
 *
 * In the mnist cases members that hear the same compute the rule once, as in `medoid simulate`; with `--each` every one computes
 * its own, as it always does in the others. `--steps N` and `--n N` make any of them smaller; `--rule NAME` takes another rule.
 */
import { parseArgs } from 'node:util'
import type { AgreementRule } from '../src/agreement/rule.ts'
import { asAsked } from '../src/attack/attack.ts'
import { parseAttack } from '../src/attack/attacks.ts'
import { forgingScript } from '../src/attack/forging-script.ts'
import { parseRule } from '../src/gar/pipeline.ts'
import { f32 } from '../src/mesh/codec.ts'
import type { Mesh } from '../src/mesh/mesh.ts'
import { createLearners } from '../src/model/create-learners.ts'
import type { Learner } from '../src/model/learner.ts'
import type { ModelName } from '../src/model/models.ts'
import { quadraticLearner } from '../src/model/quadratic-learner.ts'
import { rememberedRule } from '../src/scenario/remembered-rule.ts'
import type { Adversary } from '../src/scenario/simulated-liars.ts'
import { runSimulatedSwarm, type SimulatedSwarmOptions } from '../src/scenario/simulated-swarm.ts'
import { simLimits, simulate } from '../src/sim/world.ts'
import { type Random, seededRandom } from '../src/util/prng.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string' },
    n: { type: 'string' },
    rule: { type: 'string' },
    each: { type: 'boolean' },
  },
})

interface Figures {
  readonly deliveries: number
  readonly virtualMs: number
  readonly hash: string
}

let ruleMs = 0

/** The rule, with a stopwatch. */
function timed(rule: AgreementRule): AgreementRule {
  return {
    ...rule,
    aggregate: (...given) => {
      const began = performance.now()
      const out = rule.aggregate(...given)
      ruleMs += performance.now() - began
      return out
    },
  }
}

const parsed = parseRule(values.rule ?? 'trmean')
const rule = timed(parsed)
/** What members compute once for all that hear the same. */
const shared = values.each ? rule : timed(rememberedRule(parsed))
const whole = (text: string | undefined, byDefault: number) => (text === undefined ? byDefault : Number(text))

/** The last f of n say the honest mean plus z standard deviations. */
function alie(n: number, f: number): Adversary {
  const forge = parseAttack('alie').forge
  if (forge === undefined) throw new Error('ALIE forges vectors')
  const script = forgingScript({
    forge,
    rushMs: 500,
    aggregateOf: () => asAsked((vectors) => rule.aggregate(vectors, f)),
  })
  return { liars: Array.from({ length: f }, (_, i) => n - f + i), script, idle: true }
}

async function swarm(
  options: Omit<SimulatedSwarmOptions, 'seed' | 'rule' | 'modelRule'> & {
    readonly rule?: AgreementRule
    readonly modelRule?: AgreementRule
  },
): Promise<Figures> {
  const run = await runSimulatedSwarm({ seed: 1, rule, modelRule: rule, measure: 'nothing', ...options })
  return { deliveries: run.deliveries, virtualMs: run.virtualMs, hash: run.traceHash }
}

interface Mnist {
  readonly n: number
  readonly f: number
  readonly model: ModelName
  /** Samples a gradient. */
  readonly batch: number
  /** Of the Dirichlet split. */
  readonly alpha: number
  readonly steps: number
}

const swarmOf20: Mnist = { n: 20, f: 6, model: 'mlp', batch: 64, alpha: 0.5, steps: 500 }
const swarmOf26: Mnist = { n: 26, f: 5, model: 'cnn', batch: 25, alpha: 1, steps: 50 }

async function mnist(profile: 'single' | 'practical', task: Mnist): Promise<Figures> {
  const { n, f, model, batch, alpha } = task
  const learners = await createLearners({
    model,
    backend: 'wasm',
    seed: 1,
    data: { source: 'mnist', split: { kind: 'dirichlet', alpha }, members: n },
    batch,
    schedule: { kind: 'constant', rate: 0.5 },
    weightDecay: 0,
    momentum: 0.9,
    poison: () => undefined,
  })
  const learner = (i: number) => {
    const one = learners[i]
    if (one === undefined) throw new Error(`there is no learner ${i}`)
    return one
  }
  const steps = whole(values.steps, task.steps)
  const figures = await swarm({
    n,
    f,
    steps,
    learner,
    adversary: alie(n, f),
    profile,
    rule: shared,
    modelRule: shared,
  })
  console.log(`  accuracy of the first honest peer: ${(await learner(0).evaluate()).accuracy}`)
  return figures
}

function quadratic(i: number, dimension: number): Learner {
  const random = seededRandom(1, 'center', i)
  const center = Float32Array.from({ length: dimension }, () => 1 + 0.1 * random.normal())
  return quadraticLearner({ center, schedule: { kind: 'constant', rate: 0.2 } })
}

async function crowd(): Promise<Figures> {
  const n = whole(values.n, 1000)
  const f = Math.floor(0.3 * n)
  const steps = whole(values.steps, 50)
  return swarm({
    n,
    f,
    steps,
    learner: (i) => quadratic(i, 1000),
    profile: 'single',
    adversary: alie(n, f),
    ticksPerMs: 1,
  })
}

/** `count` of the n positions other than `own`, every set equally likely. */
function drawOthers(count: number, own: number, n: number, random: Random): number[] {
  const drawn = new Set<number>()
  while (drawn.size < count) {
    const other = random.below(n)
    if (other !== own) drawn.add(other)
  }
  return [...drawn]
}

/** Each honest peer offers its vector and asks 20 others, drawn anew each round; the liars offer the same lie. */
async function pulls(): Promise<Figures> {
  const n = whole(values.n, 1000)
  const [pulled, trimmed, dimension] = [20, 10, 1000]
  const codec = f32(dimension)
  const describe = () => () => ({ maxBytes: 4 * dimension, codec, audience: 'recipients' }) as const
  const { clock, meshes, trace } = simulate({ n, seed: 1, describe, limits: simLimits, ticksPerMs: 1 })
  const honest = meshes.slice(0, n - Math.floor(0.3 * n))
  const tagOf = (step: number) => ({ step, phase: 'gradient', kind: 'value', hop: 0 })
  const lie = codec.encode(new Float32Array(dimension).fill(-1))
  const steps = whole(values.steps, 50)
  for (const mesh of meshes.slice(honest.length))
    for (let step = 1; step <= steps; step++) mesh.offer(tagOf(step), lie)
  const take = async (mesh: Mesh, i: number) => {
    const learner = quadratic(i, dimension)
    // One for each peer: an AbortSignal looks through all its listeners whenever one is added.
    const { signal } = new AbortController()
    for (let step = 1; step <= steps; step++) {
      mesh.advance(step)
      const mine = await mesh.clock.hold(learner.gradient({ step }))
      mesh.offer(tagOf(step), codec.encode(mine))
      const others = drawOthers(pulled, i, n, mesh.random)
      const answers = await Promise.all(
        others.map((j) => mesh.ask(mesh.members[j]?.peer ?? '', tagOf(step), { signal })),
      )
      const vectors = answers.flatMap((answer) => {
        const decoded = codec.decode(answer)
        return 'value' in decoded ? [decoded.value] : []
      })
      await learner.apply(rule.aggregate([mine, ...vectors], trimmed), step)
    }
  }
  await clock.until(Promise.all(honest.map(take)))
  return { deliveries: trace.deliveries, virtualMs: clock.now(), hash: trace.hash }
}

const cases: Readonly<Record<string, () => Promise<Figures>>> = {
  mnist: () => mnist('single', swarmOf20),
  mnist2: () => mnist('practical', swarmOf20),
  cnn: () => mnist('single', swarmOf26),
  crowd,
  pulls,
}

for (const name of positionals.length > 0 ? positionals : Object.keys(cases)) {
  ruleMs = 0
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const figures = await cases[name]?.()
  if (figures === undefined)
    throw new Error(`there is no case ${name}; choose of ${Object.keys(cases).join(', ')}`)
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { deliveries, virtualMs, hash } = figures
  const peakMiB = process.resourceUsage().maxRSS / 1024
  console.log(
    `${name}: ${seconds.toFixed(1)} s, of which ${(ruleMs / 1000).toFixed(1)} s in the rule; ${((user + system) / 1e6).toFixed(1)} s of CPU; ` +
      `peak ${peakMiB.toFixed(0)} MiB; ${deliveries} deliveries, ${(deliveries / seconds).toFixed(0)} a second; ` +
      `${virtualMs} ms of virtual time; trace ${hash}`,
  )
}
