/**
 * RPEL: robust pull-based epidemic learning (arXiv 2510.08311, 2025).
 *
 * Assumes: n peers that start from the same model; at most f of them lie; deadlines that honest answers keep, some five steps of
 *   the slowest peer long; the members are authenticated, and nobody is more than one of them.
 * Guarantees: with probability 1 - delta no honest peer pulls from more than b_hat liars in a step, for as many steps as the
 *   horizon has (effective-liars.ts); and as long as that holds, what the model rule does with b_hat liars among s + 1.
 * How, at each step t:
 *   1. theta' = theta - eta(t) m, m the running mean of my gradients; keep theta' for those who ask
 *   2. draw s of the others uniformly, and pull their models
 *   3. theta = model rule of theta' and of those that came, told of b_hat liars; or theta' where too few came
 * Why pull and not push: nobody is heard whom the puller has not drawn, so a liar is heard as often as chance has it and no more.
 * Why the draw is from one's own chance, and comes when theta' is fixed: liars learn that they were drawn when they are asked,
 *   and nothing that anybody did before was aimed at it.
 * Changes from the paper: docs/protocols/rpel.md.
 */
import { f32 } from '../../mesh/codec.ts'
import { defaultWindow, type Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import { deadlineOf } from '../deadline.ts'
import { localStep } from '../local-step.ts'
import { waitingIn } from '../progress.ts'
import type { RunOptions, StepReport } from '../protocol.ts'
import { fallbackRule } from '../resilience.ts'
import { StepScopes } from '../step-scopes.ts'
import { modelTag } from '../tags.ts'
import { withMine } from '../with-mine.ts'
import { drawOthers } from './draw.ts'
import { Puller } from './puller.ts'

export interface RpelOptions extends RunOptions {
  /** s. */
  readonly pulls: number
  /** b_hat: how many of them the rule is told may lie. */
  readonly effective: number
}

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* rpel(
  mesh: Mesh,
  learner: Learner,
  options: RpelOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, pulls, effective: f, modelRule: rule, combine, onProgress, signal } = options
  const { deadlineMs, attendance } = deadlineOf(options.wait)
  const codec = f32(learner.dimension)
  const puller = new Puller(mesh, { codec, deadlineMs, attendance, signal })
  const scopes = new StepScopes(options.window ?? defaultWindow, signal)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const forgetting = scopes.enter(step)
    const began = mesh.clock.now()
    const place = modelTag(step)
    const { phase } = place

    // 1. A step on my own loss, for those who ask.
    const mine = await localStep(mesh, learner, step, options)
    mesh.offer(place, codec.encode(mine))

    // 2. The models of some others.
    const steppedAt = mesh.clock.now()
    const from = drawOthers(mesh, pulls)
    const pulled = await puller.pull(place, {
      from,
      least: from.length - f,
      forgetting,
      ...waitingIn(onProgress, { step, phase }),
    })
    const gathered = withMine(mesh, mine, pulled)

    // 3. What the rule makes of them and mine.
    const pulledAt = mesh.clock.now()
    const { heard, missing } = gathered
    const times = { computeMs: steppedAt - began, exchangeMs: pulledAt - steppedAt, ruleMs: 0 }
    const needed = fallbackRule.minimum(f)
    if (heard.length < needed) {
      const refusal = `${heard.length} models, my own among them, are too few for any rule with ${f} liars: ${needed} are needed`
      yield {
        step,
        gradient: undefined,
        model: undefined,
        times,
        heard: heard.map(({ peer }) => peer),
        missing,
        refusal,
      }
      continue
    }
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const combined = await combineGathered(mesh, gathered, { rule, f, mine, combine })
    const combinedAt = mesh.clock.now()
    await mesh.clock.hold(learner.load(combined.vector))

    const computeMs = times.computeMs + (mesh.clock.now() - combinedAt)
    const model = reportOfGathering(gathered, combined, { before: mine, f })
    yield { step, gradient: undefined, model, times: { ...times, computeMs, ruleMs: combinedAt - pulledAt } }
  }
}
