/**
 * MoNNA: local momentum and nearest-neighbour averaging (Farhadkhani, Guerraoui, Gupta, Hoang, Pinot, Stephan, "Robust
 * collaborative learning with linear gradient overhead", ICML 2023).
 *
 * Assumes: n peers that start from the same model; at most f of them lie; the data of each may differ from the others'; n and f
 *   as `assess` has it (monna-row.ts).
 * Guarantees: each exchange leaves at most alpha of the variance of the honest models, and moves their mean by at most
 *   sqrt(alpha) of their deviation (variance-factor.ts). Two camps that are farther apart than their members are from each other
 *   may stay two camps where alpha is not below 1.
 * How, at each step t:
 *   1. m = beta m + (1 - beta) g, of the local loss at the model theta; theta' = theta - eta(t) m
 *   2. say theta' to all, and gather the models of all by the deadline, or of the first n - f, my own among them
 *   3. theta = the mean of the m - f nearest to my own among the m that came
 * Why my own is trusted: it is the one that no liar made. A liar's model that is kept lies nearer to it than an honest one that
 *   is left out, so it does no more harm than an honest one could; and no two models need be compared with each other: O(n d).
 * Why m - f, and not n - f: with an honest model late, n - f would take in a liar's however far it is (docs/PROOFS.md 5).
 * Changes from the paper: docs/protocols/monna.md.
 */
import { f32 } from '../../mesh/codec.ts'
import { exchange } from '../../mesh/exchange.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import { localStep } from '../local-step.ts'
import { waitingIn } from '../progress.ts'
import type { RunOptions, StepReport } from '../protocol.ts'
import { leastVectors } from '../resilience.ts'
import type { AgreementRule } from '../rule.ts'
import { modelTag } from '../tags.ts'
import { waitWithoutBroadcast } from '../without-broadcast.ts'

export interface MonnaOptions extends RunOptions {
  /** `monna`, with what is put before it. */
  readonly averaging: AgreementRule
}

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* monna(
  mesh: Mesh,
  learner: Learner,
  options: MonnaOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, n, f, averaging, combine, onProgress, signal } = options
  const wait = waitWithoutBroadcast(options.wait)
  const codec = f32(learner.dimension)

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const place = modelTag(step)
    const { phase } = place

    // 1. A step on my own loss.
    const mine = await localStep(mesh, learner, step, options)

    // 2. My model to all, and theirs.
    const steppedAt = mesh.clock.now()
    const gathered = await exchange(mesh, place, mine, {
      codec,
      wait,
      least: leastVectors({ n, f }),
      ...waitingIn(onProgress, { step, phase }),
      signal,
    })

    // 3. The mean of those nearest to mine.
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const combined = await combineGathered(mesh, gathered, { rule: averaging, f, mine, combine })
    const combinedAt = mesh.clock.now()
    await mesh.clock.hold(learner.load(combined.vector))

    const computeMs = steppedAt - began + (mesh.clock.now() - combinedAt)
    yield {
      step,
      gradient: undefined,
      model: reportOfGathering(gathered, combined, { before: mine, f }),
      times: { computeMs, exchangeMs: gatheredAt - steppedAt, ruleMs: combinedAt - gatheredAt },
    }
  }
}
