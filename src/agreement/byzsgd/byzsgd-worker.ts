/**
 * ByzSGD and its first version GuanYu, where no server need be trusted (El-Mhamdi, Guerraoui, Guirguis, Hoang, Rouault,
 * "Genuinely distributed Byzantine machine learning", PODC 2020): the worker's role; replicated-server.ts is the server's.
 *
 * Assumes: servers >= 3 f_s + 2, of which at most f_s lie, and n >= 3f + 1 workers, of which at most f lie (GuanYu: 3 f_s + 3 and
 *   3f + 3); honest servers start from the same model; the data of honest workers are alike. Nothing of timing.
 * Guarantees: what honest servers and workers hold stays in the range of the honest servers' models, coordinate by coordinate.
 *   That these come together is proven of the median in expectation alone: somebody who schedules deliveries can keep them
 *   apart for ever (docs/protocols/byzsgd.md). Of the trimmed mean it is proven in the worst case from 5 f_s + 1 servers on.
 * How, at each step t, besides what servers do:
 *   1. gather the models of servers, at least servers - f_s, and take contract(models) for mine; if it is the one after the last
 *      step, that is all
 *   2. compute one gradient there, and say it to all servers
 * Why servers - f_s: the other f_s may be silent for ever. At least f_s + 2 of them are honest, a majority.
 * A worker takes every step in its turn, since slower servers may need its gradient. Left so far behind that a step's models
 * are no longer kept, it goes on with the newest.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import { defaultWindow } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import type { StepReport } from '../protocol.ts'
import { gradientTag, modelTag } from '../tags.ts'
import { castIn } from './describe.ts'
import { combineVectors, gatherVectors } from './gather-vectors.ts'
import { Lead } from './lead.ts'
import { patient, type ReplicatedOptions } from './options.ts'
import { StepTimer } from './step-timer.ts'

/** @throws AGREEMENT_ROLES, AGREEMENT_DIVERGED */
export async function* byzsgdWorker(
  mesh: Mesh,
  learner: Learner,
  options: ReplicatedOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { serverF, window = defaultWindow, signal } = options
  const lead = new Lead({ mesh, peers: castIn(mesh).servers, f: serverF, window })
  const { phase, kind, hop } = modelTag(0)
  const leave = lead.follow({ phase, kind, hop }, { signal })
  try {
    yield* work(mesh, learner, lead, options)
  } finally {
    leave()
  }
}

async function* work(
  mesh: Mesh,
  learner: Learner,
  lead: Lead,
  options: ReplicatedOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, serverF, contract, batch, combine, onProgress } = options
  const { servers } = castIn(mesh)
  const { dimension } = learner
  const from = { from: servers, least: servers.length - serverF, dimension, wait: patient(options.wait) }
  const timer = new StepTimer(mesh.clock)

  for (let step = firstStep; ; step++) {
    mesh.advance(step)

    // 1. The servers' models, one of them all.
    const tag = modelTag(step)
    const models = await timer.exchange(() =>
      lead.keepingUp(step, options.signal, (signal) =>
        gatherVectors(mesh, tag, { ...from, onProgress, signal }),
      ),
    )
    if (models === undefined) {
      step = lead.step - 1
      continue
    }
    const before = await timer.compute(() => learner.parameters())
    const combining = { rule: contract, f: serverF, before, combine, onProgress }
    const model = await timer.rule(() => lead.holding(() => combineVectors(mesh, tag, models, combining)))
    await timer.compute(() => learner.load(model.after))
    if (step > steps) return
    // Now: others may be so much faster that the memory of their models is used again before the report is read.
    void model.spreadBefore

    // 2. A gradient there.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await timer.compute(() => learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
    if (!allFinite(g)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })
    await timer.exchange(() => mesh.publish(gradientTag(step), f32(dimension).encode(g), { to: servers }))

    yield { step, gradient: undefined, model, times: timer.take() }
  }
}
