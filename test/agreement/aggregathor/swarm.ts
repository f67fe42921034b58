/** AggregaThor in the simulator on alike data, with liars of the table of attacks that know every honest gradient. */
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { parseAttack } from '../../../src/attack/attacks.ts'
import { quadraticLearner } from '../../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm, type SimulatedRun } from '../../../src/scenario/simulated-swarm.ts'
import { uniform } from '../../../src/sim/latency.ts'

export const dimension = 20
export const noise = 0.1
/** About how long the noise of one gradient is: what a model that has converged may be off by, times some. */
export const oneNoise = noise * Math.sqrt(dimension)

export interface AttackedSwarm {
  readonly protocol?: string
  readonly rule: string
  /** @default 19, the paper's */
  readonly n?: number
  readonly f: number
  readonly seed?: number
  readonly steps?: number
  /** By position: the server has 0, workers 1 to n. */
  readonly attacks?: ReadonlyMap<number, string>
  /** Workers whose link to the server loses `loss` of what may get lost. */
  readonly lossy?: readonly number[]
  readonly loss?: number
}

/** Positions `from` to `from + count - 1`. */
export const positions = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)

/** The same attack for each of these. */
export const all = (liars: readonly number[], attack: string) => new Map(liars.map((i) => [i, attack]))

export function runAttacked(swarm: AttackedSwarm): Promise<SimulatedRun> {
  const { protocol = 'aggregathor', rule, n = 19, f, seed = 1, steps = 20, attacks = new Map() } = swarm
  const { lossy = [], loss = 0.1 } = swarm
  return runSimulatedSwarm({
    ...{ seed, n, f, steps },
    protocol: parseProtocol(protocol),
    rule: parseAgreementRule(rule),
    modelRule: parseAgreementRule('trmean'),
    learner: (member) =>
      quadraticLearner({
        center: new Float32Array(dimension).fill(1),
        schedule: { kind: 'constant', rate: 0.3 },
        noise: { deviation: noise, seed, member },
      }),
    attacks: new Map([...attacks].map(([position, attack]) => [position, parseAttack(attack)])),
    deadlineMs: 200,
    latency: uniform(1, 20),
    link: (from, to) => ({ loss: to === 0 && lossy.includes(from) ? loss : 0 }),
    measure: 'nothing',
  })
}

/** How far the server's model ends from where every worker's loss is least. */
export async function errorOf(swarm: AttackedSwarm): Promise<number> {
  const { models } = await runAttacked(swarm)
  return Math.hypot(...(models.get(0) ?? [Number.NaN]).map((x) => x - 1))
}
