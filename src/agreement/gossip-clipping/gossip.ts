/**
 * Self-centred gossip: peers exchange models with their neighbours in a graph, and let nobody pull them farther than their
 * neighbourhood as a whole has it. One loop, and one of three ways to shrink what the neighbours say (shrinking.ts): ClippedGossip
 * (He, Karimireddy, Jaggi, "Byzantine-robust decentralized learning via ClippedGossip", 2022), CS+ and GTS (Gaucher, Dieuleveut,
 * Hendrikx, "Unified breakdown analysis for Byzantine robust gossip", ICML 2025).
 *
 * Assumes: n peers that start from the same model, and compute the same connected graph; no more than `liars` neighbours of any
 *   honest peer lie; honest peers stay connected with each other without them; under `synchronous`, no honest model is late.
 * Guarantees: where the guard says so (mixing-factor.ts), each exchange leaves at most a factor below 1 of the honest models'
 *   distance to where their mean was. For sparse graphs it mostly cannot say so.
 * How, at each step t:
 *   1. theta' = theta - eta(t) m, m the running mean of my gradients
 *   2. say theta' to the neighbours, and gather theirs
 *   3. theta = theta' + sum over those that came of W_ij c_j (theta_j' - theta'), c_j <= 1 by the distances of all of them
 * Why around one's own: in a graph no two peers hear the same, so there is nothing to agree on but steps of bounded length towards
 *   each other; and a liar's step is bounded by the honest ones'.
 * Who is silent pulls nowhere: its term is left out, and the weight that may be liars' stays as it is.
 * Changes from the papers: docs/protocols/clipped-gossip.md, cs-plus.md and gts.md.
 */
import { f32 } from '../../mesh/codec.ts'
import { collect, type Wait } from '../../mesh/collect.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { combineGathered, reportOfGathering } from '../combine-gathered.ts'
import type { Graph } from '../graph/graphs.ts'
import { tellingApart } from '../late-or-silent.ts'
import { localStep } from '../local-step.ts'
import { waitingIn } from '../progress.ts'
import type { RunOptions, StepReport } from '../protocol.ts'
import { modelTag } from '../tags.ts'
import { withMine } from '../with-mine.ts'
import { waitWithoutBroadcast } from '../without-broadcast.ts'
import { neighbourhoodOf } from './neighbourhood.ts'
import type { Shrink } from './shrinking.ts'
import { shrinkingRule } from './shrinking-rule.ts'

export interface GossipOptions extends RunOptions {
  /** What reports call the rule. */
  readonly name: string
  readonly shrink: Shrink
  /** Over the members, in their order. */
  readonly graph: Graph
  /** How many neighbours of a peer may lie. */
  readonly liars: number
}

/** @throws AGREEMENT_WRONG_POLICY, AGREEMENT_DIVERGED */
export async function* gossip(
  mesh: Mesh,
  learner: Learner,
  options: GossipOptions,
): AsyncGenerator<StepReport, void, undefined> {
  const wait = waitWithoutBroadcast(options.wait)
  const { phase, kind, hop } = modelTag(0)
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  try {
    yield* rounds(mesh, learner, { ...options, wait: tellingApart(mesh, { phase, kind, hop }, wait, signal) })
  } finally {
    over.abort(new DOMException('no longer needed', 'AbortError'))
  }
}

async function* rounds(
  mesh: Mesh,
  learner: Learner,
  options: Omit<GossipOptions, 'wait'> & { readonly wait: Wait },
): AsyncGenerator<StepReport, void, undefined> {
  const { steps, firstStep = 1, wait, name, shrink, graph, liars, combine, onProgress, signal } = options
  const { neighbours, weights, liarWeight } = neighbourhoodOf(mesh, graph, liars)
  const codec = f32(learner.dimension)
  // All of them until the deadline; without one, all but those that may be silent for ever.
  const least = wait.policy === 'quorum' ? Math.max(0, neighbours.length - liars) : 0

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const place = modelTag(step)
    const { phase } = place

    // 1. A step on my own loss.
    const mine = await localStep(mesh, learner, step, options)

    // 2. My model to my neighbours, and theirs.
    const steppedAt = mesh.clock.now()
    await mesh.publish(place, codec.encode(mine), { to: neighbours })
    const waiting = { from: neighbours, wait, least, ...waitingIn(onProgress, { step, phase }) }
    const gathered = withMine(mesh, mine, await collect(mesh, place, { codec, ...waiting, signal }))

    // 3. As far towards them as they may pull.
    const gatheredAt = mesh.clock.now()
    onProgress?.({ step, phase, doing: 'rule', waitingFor: [], stalled: false })
    const heard = Float64Array.from(gathered.heard, ({ peer }) => weights.get(peer) ?? 0)
    const rule = shrinkingRule(name, shrink, { weights: heard, liarWeight })
    const combined = await combineGathered(mesh, gathered, { rule, f: 0, mine, combine })
    const combinedAt = mesh.clock.now()
    await mesh.clock.hold(learner.load(combined.vector))

    const computeMs = steppedAt - began + (mesh.clock.now() - combinedAt)
    yield {
      step,
      gradient: undefined,
      model: reportOfGathering(gathered, combined, { before: mine, f: liars }),
      times: { computeMs, exchangeMs: gatheredAt - steppedAt, ruleMs: combinedAt - gatheredAt },
    }
  }
}
