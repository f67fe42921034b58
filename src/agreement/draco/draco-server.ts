/**
 * DRACO, the server's role: exact recovery by redundancy (Chen, Wang, Charles, Papailiopoulos, "DRACO: Byzantine-resilient
 * distributed training via redundant gradients", ICML 2018).
 *
 * Assumes: this server is honest; n workers of which at most f lie, n and f as `assessDraco` has it (assess.ts); all workers
 *   hold the same data and compute the same bits from the same batch and model.
 * Guarantees: the model follows exactly the path that it would take if nobody lied: bit for bit with the repetition code, to
 *   within the rounding of float64 with the cyclic code. Nothing is assumed of how gradients are distributed. With more than f
 *   liars the cyclic code refuses most steps and the repetition code those in which no majority is left; f + 1 liars that
 *   agree with each other and hold the same batch are believed.
 * How, at each step t:
 *   1. say the model to the workers
 *   2. recover the mean gradient of the n batches of the step from what the workers answer
 *   3. step: theta = theta - eta(t) mean; or not at all where the answers were refused
 *   after the last step: say the trained model
 * Why 2f+1: a batch that fewer workers compute can have as many lying as honest answers.
 * Changes from the paper: docs/protocols/draco.md.
 */
import type { Attendance } from '../../mesh/attendance.ts'
import type { Milliseconds } from '../../mesh/clock.ts'
import { f32 } from '../../mesh/codec.ts'
import type { Mesh, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import type { AgreementReport } from '../protocol.ts'
import { modelTag } from '../tags.ts'
import { requireDraco } from './assess.ts'
import { cyclicCode } from './cyclic-code.ts'
import { recoverByCode } from './cyclic-round.ts'
import { type Roles, rolesOf } from './describe.ts'
import { KnownWorkers, recoverByVote } from './repetition-round.ts'
import type { DracoOptions, DracoReport, Recovered } from './report.ts'

export interface DracoServerOptions extends DracoOptions {
  /** Of the cyclic code: what comes later is missing. Of the repetition code: when the next worker is asked for a sum. */
  readonly deadlineMs: Milliseconds
  /** Which silent workers are still waited for. Of the cyclic code. */
  readonly attendance: Attendance
}

/** @throws AGREEMENT_DRACO_*, AGREEMENT_DIVERGED */
export async function* dracoServer(
  mesh: Mesh,
  learner: Learner,
  options: DracoServerOptions,
): AsyncGenerator<DracoReport, void, undefined> {
  const { steps, firstStep = 1 } = options
  const recover = recoveryOf(mesh, rolesOf(mesh), learner.dimension, options)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()

    // 1. The model, to all.
    const theta = await compute(learner.parameters())
    const readAt = mesh.clock.now()
    await sayModel(mesh, step, theta)

    // 2. The mean gradient, whatever f workers say.
    const recovered = await recover(step)

    // 3. Step.
    const recoveredAt = mesh.clock.now()
    if ('mean' in recovered) await compute(learner.apply(recovered.mean, step))

    const { caught, ruleMs } = recovered
    const refusal = 'refusal' in recovered ? recovered.refusal : undefined
    const computeMs = readAt - began + (mesh.clock.now() - recoveredAt)
    const times = { computeMs, exchangeMs: recoveredAt - readAt - ruleMs, ruleMs }
    yield { step, gradient: reportOf(recovered), model: undefined, times, gradients: 0, caught, refusal }
  }

  // The trained model, for the workers to keep.
  mesh.advance(steps + 1)
  await sayModel(mesh, steps + 1, await compute(learner.parameters()))
}

function sayModel(mesh: Mesh, step: Step, theta: Float32Array): Promise<void> {
  if (!allFinite(theta)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'model' })
  return mesh.publish(modelTag(step), f32(theta.length).encode(theta))
}

/** How this server gets the mean gradient of a step. */
function recoveryOf(
  mesh: Mesh,
  roles: Roles,
  dimension: number,
  options: DracoServerOptions,
): (step: Step) => Promise<Recovered> {
  const { code, f } = options
  const n = roles.workers.length
  requireDraco({ n, f, code })
  if (code === 'cyclic') {
    const cyclic = cyclicCode(n, f)
    return (step) => recoverByCode(mesh, roles, step, dimension, cyclic, options)
  }
  const voting = { ...options, known: new KnownWorkers() }
  return (step) => recoverByVote(mesh, roles, step, dimension, voting)
}

/** Honest answers agree exactly, so there is no spread and nothing is left of it, whoever was late. */
function reportOf(recovered: Recovered): AgreementReport | undefined {
  if ('refusal' in recovered) return undefined
  const { heard, missing, caught, mean } = recovered
  return {
    rounds: 1,
    heard,
    missing,
    before: mean,
    after: mean,
    spreadBefore: 0,
    spreadAfter: undefined,
    hasShrunk: undefined,
    exchanges: [{ late: missing.length - caught.length, factor: 0 }],
    unprovenRounds: 0,
    fallbackRounds: 0,
  }
}
