/** A worker: shares its gradient between the servers, proves that it is in range, and takes the step that comes back. */
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { decodeReport } from '../witness.ts'
import { Conversation } from './conversation.ts'
import { encode } from './fixed-point.ts'
import { clipped } from './range.ts'
import { bitsOfSums } from './range-check.ts'
import type { TwoServerOptions, TwoServerReport } from './report.ts'
import { bytesOf, lengthOf, seedBytes, type Words } from './ring/ring.ts'
import { settingOf } from './stage.ts'

export async function* worker(
  mesh: Mesh,
  learner: Learner,
  options: TwoServerOptions,
): AsyncGenerator<TwoServerReport, void, undefined> {
  const { steps, firstStep = 1, batch, onProgress } = options
  const setting = settingOf(mesh, learner.dimension, options)
  const { ring, cast, fixedPoint, bits, checksRange } = setting

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const talk = new Conversation(setting, step)
    const began = mesh.clock.now()

    // 1. One gradient at the current model, not longer than agreed.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const g = await mesh.clock.hold(learner.gradient({ step, ...(batch && { batch: batch(step) }) }))
    if (!allFinite(g)) throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })
    const x = encode(clipped(g, fixedPoint.clipNorm), fixedPoint.fractionBits)
    const computedAt = mesh.clock.now()

    // 2. Half of it to each server: x = a + b, a from a seed.
    onProgress?.({ step, doing: 'exchange', phase: 'gradient', waitingFor: [cast.first], stalled: false })
    await sayHalves(talk, 'share', x)

    // 3. Proof that the signed sums that the first server asks for are in range.
    const challenge = await talk.hear(talk.tag('share', 'challenge'), cast.first, talk.codecs.share.challenge)
    const heard = decodeReport(challenge.subarray(seedBytes), cast.workers)
    if (checksRange && heard.includes(mesh.self))
      await sayHalves(talk, 'check', bitsOfSums(ring, x, challenge.subarray(0, seedBytes), bits))

    // 4. The step.
    const z = await talk.hear(talk.tag('result', 'value'), cast.first, talk.codecs.result.value)
    const heardAt = mesh.clock.now()
    await mesh.clock.hold(learner.apply(z, step))

    const computeMs = computedAt - began + (mesh.clock.now() - heardAt)
    const times = { computeMs, exchangeMs: heardAt - computedAt, ruleMs: 0 }
    const missing = cast.workers.filter((peer) => !heard.includes(peer))
    yield { step, gradient: undefined, model: undefined, times, heard, missing, refused: [] }
  }
}

/** Shares a vector between the servers: to the first a seed, to the second what is missing. Either alone is uniform. */
async function sayHalves(talk: Conversation, phase: 'share' | 'check', vector: Words): Promise<void> {
  const { mesh, ring, cast } = talk.stage
  const seed = mesh.random.bytes(seedBytes)
  const rest = ring.subtract(vector, ring.expand(seed, 0, lengthOf(vector)))
  await talk.say(talk.tag(phase, 'seed'), seed, cast.first)
  await talk.say(talk.tag(phase, 'rest'), bytesOf(rest), cast.second)
}
