/**
 * Averaging at a parameter server: what is mostly run where nobody is expected to lie. A baseline, without a defence.
 *
 * Assumes: nobody lies; one member serves, n workers have data.
 * Guarantees: where every gradient is in time, the path of plain gradient descent on the mean of the workers' losses, up to
 *   rounding. One liar moves the model wherever it likes.
 * How, at each step t:
 *   1. the server says the model theta to the workers
 *   2. each worker says its gradient at theta to the server
 *   3. the server takes the mean of what came in: theta = theta - eta(t) mean
 *   after the last step the server says the trained model
 * Source: M. Li et al., "Scaling distributed machine learning with the parameter server", OSDI 2014.
 */

import { f32 } from '../../mesh/codec.ts'
import { collect } from '../../mesh/collect.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import { describeOneServer } from '../one-server/describe.ts'
import { gradientWorker } from '../one-server/gradient-worker.ts'
import { sayModel } from '../one-server/say-model.ts'
import { waitingIn } from '../progress.ts'
import { protocolRow, type RunOptions, type StepReport } from '../protocol.ts'
import { peersWith, roleOf } from '../roles.ts'
import { parseAgreementRule } from '../rule.ts'
import { gradientTag } from '../tags.ts'
import { assessPlain, plainWait } from './guard.ts'

const average = parseAgreementRule('average')

export const psAverageRow = protocolRow(
  'A parameter server that averages the gradients of its workers: a baseline, without a defence.',
  {},
  () => ({
    trainer: 'worker',
    servers: ['server'],
    serverF: 0,
    keeper: 'server',
    rules: [],
    data: 'own',
    assess: (plan) =>
      assessPlain(plan, {
        phase: 'gradient',
        rule: 'averaging at a server',
        promise: 'each step takes the mean of the gradients that come in',
      }),
    describe: ({ dimension }) => describeOneServer(dimension),
    mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
    cost: ({ n, dimension }) => ({ messages: 2 * n, bytes: 8 * dimension * n }),
    run: (mesh, learner, options) =>
      roleOf(mesh.self, mesh.members, ['server', 'worker']) === 'server'
        ? averagingServer(mesh, learner, options)
        : gradientWorker(mesh, learner, options),
  }),
)

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* averagingServer(
  mesh: Mesh,
  learner: Learner,
  { steps, firstStep = 1, f, wait, combine, onProgress, signal }: RunOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const workers = peersWith(mesh.members, 'worker')
  const waiting = plainWait(wait, { expected: workers.length, f, atLeast: 1 })
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const place = gradientTag(step)
    const { phase } = place

    // 1. The model, to all.
    const theta = await compute(learner.parameters())
    const readAt = mesh.clock.now()
    await sayModel(mesh, step, theta)

    // 2. The workers' gradients.
    const gathered = await collect(mesh, place, {
      ...waiting,
      from: workers,
      codec: f32(theta.length),
      ...waitingIn(onProgress, place),
      signal,
    })

    // 3. Their mean, and the step.
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const combined = await combineGathered(mesh, gathered, { rule: average, f: 0, mine: theta, combine })
    const combinedAt = mesh.clock.now()
    await compute(learner.apply(combined.vector, step))

    const computeMs = readAt - began + (mesh.clock.now() - combinedAt)
    yield {
      step,
      gradient: reportOfGathering(gathered, combined, { before: combined.vector, f }),
      model: undefined,
      times: { computeMs, exchangeMs: gatheredAt - readAt, ruleMs: combinedAt - gatheredAt },
    }
  }

  // The trained model, for the workers to keep.
  mesh.advance(steps + 1)
  await sayModel(mesh, steps + 1, await compute(learner.parameters()))
}
