/** What a step of BTARD comes to where nobody lies, computed on one machine from what was reported of it. */
import { drawOf } from '../../../src/agreement/btard/cast.ts'
import { centeredClip } from '../../../src/agreement/btard/centered-clip.ts'
import { joined, splitIn } from '../../../src/agreement/btard/parts.ts'
import type { BtardReport } from '../../../src/agreement/btard/report.ts'
import type { StepReport } from '../../../src/agreement/protocol.ts'
import type { Learner } from '../../../src/model/learner.ts'
import { quadraticLearner } from '../../../src/model/quadratic-learner.ts'
import type { ProtocolRun, ProtocolSwarm } from '../protocol-swarm.ts'

/** The reports of the first honest member. */
export function reportsOf({ reports }: Pick<ProtocolRun, 'reports'>): readonly BtardReport[] {
  return (reports.find((one) => one.length > 0) ?? []).map(asBtard)
}

export function asBtard(report: StepReport): BtardReport {
  return report as BtardReport
}

/** `step peer offence`, ban by ban. */
export function bansOf(reports: readonly BtardReport[]): readonly string[] {
  return reports.flatMap(({ step, bans }) => bans.map(({ peer, offence }) => `${step} ${peer} ${offence}`))
}

/** As protocol-swarm.ts makes it of a swarm with shared data. */
export function twinOf(
  { best }: Pick<ProtocolRun, 'best'>,
  { seed = 1, noise = 0, rate = 0.2 }: ProtocolSwarm,
): Learner {
  return quadraticLearner({
    center: Float32Array.from(best),
    schedule: { kind: 'constant', rate },
    ...(noise > 0 && { noise: { deviation: noise, seed, member: 0 } }),
  })
}

/** The aggregate of the true gradients of a step's contributors at the model of `learner`. */
export async function trueAggregate(
  learner: Learner,
  { randomness, cast }: Pick<BtardReport, 'randomness' | 'cast'>,
  tau: number,
): Promise<Float32Array> {
  const { contributors } = cast
  const parts: Float32Array[][] = []
  for (const peer of contributors)
    parts.push(splitIn(contributors.length, await learner.gradient({ step: drawOf(randomness, peer) })))
  return joined(
    contributors.map((_, j) =>
      centeredClip(
        parts.map((of) => of[j] ?? new Float32Array()),
        { tau },
      ),
    ),
  )
}

export interface Replayed {
  /** Steps whose aggregate is not that of the true gradients. */
  readonly bent: readonly number[]
  /** The model that the reported aggregates make. */
  readonly model: Float32Array
}

export async function replay(run: ProtocolRun, swarm: ProtocolSwarm, tau = 1): Promise<Replayed> {
  const learner = twinOf(run, swarm)
  const bent: number[] = []
  for (const report of reportsOf(run)) {
    const { step, gradient } = report
    if (gradient === undefined) continue
    const due = await trueAggregate(learner, report, tau)
    if (due.some((x, k) => !Object.is(x, gradient.after[k]))) bent.push(step)
    await learner.apply(gradient.after, step)
  }
  return { bent, model: await learner.parameters() }
}
