/**
 * DRACO, a worker's role; what is assumed and guaranteed stands with the server's (draco-server.ts).
 *
 * How, for each model that the server says:
 *   1. take it for mine; if it is the one after the last step, that is all
 *   2. compute the gradients of my 2f+1 batches of the step, which 2f other workers compute too
 *   3. repetition code: say the digest of their sum, and keep the sum for the server to ask for
 *      cyclic code: say their combination
 * A worker that is slower than the others skips the models that are over and goes on with the newest.
 */
import { f32, f64 } from '../../mesh/codec.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { sha256 } from '../../util/digest.ts'
import { allFinite } from '../../util/finite.ts'
import { agreementError } from '../errors.ts'
import { newestModels } from '../newest-models.ts'
import { requireDraco } from './assess.ts'
import { cyclicCode, cyclicParts, encodeRow } from './cyclic-code.ts'
import { rolesOf, rowTag, sumTag, voteTag } from './describe.ts'
import { groupMembers, groupOf, sumOf } from './repetition-code.ts'
import type { DracoOptions, DracoReport } from './report.ts'

/**
 * The draw that is batch `part` of the `parts` batches of a step: workers whose learners have the same data, seed and member
 * draw the same samples for it.
 */
export function drawOf(step: Step, part: number, parts: number): number {
  return (step - 1) * parts + part + 1
}

/**
 * @param learner the same at every worker: data, model, seed and member. Its gradient may depend on nothing but model and draw:
 *   no momentum.
 * @throws AGREEMENT_DRACO_*, AGREEMENT_DIVERGED
 */
export async function* dracoWorker(
  mesh: Mesh,
  learner: Learner,
  options: DracoOptions,
): AsyncGenerator<DracoReport, void, undefined> {
  const { steps, batch, onProgress, signal } = options
  const { server, workers } = rolesOf(mesh)
  const { parts, say } = duties(mesh, server, workers, options)
  const compute = <T>(work: Promise<T>) => mesh.clock.hold(work)

  let waitingSince = mesh.clock.now()
  for await (const { step, model } of newestModels(mesh, server, learner.dimension, { onProgress, signal })) {
    // 1. The server's model.
    const heardAt = mesh.clock.now()
    await compute(learner.load(model))
    if (step > steps) return

    // 2. The gradients of my batches.
    onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
    const gradients: Float32Array[] = []
    for (const part of parts)
      gradients.push(
        await compute(
          learner.gradient({
            step: drawOf(step, part, workers.length),
            ...(batch && { batch: batch(step) }),
          }),
        ),
      )
    if (!gradients.every(allFinite))
      throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })

    // 3. Said, coded.
    const computedAt = mesh.clock.now()
    await say(step, gradients)
    const saidAt = mesh.clock.now()

    const exchangeMs = heardAt - waitingSince + (saidAt - computedAt)
    const times = { computeMs: computedAt - heardAt, exchangeMs, ruleMs: 0 }
    waitingSince = saidAt
    yield {
      step,
      gradient: undefined,
      model: undefined,
      times,
      gradients: parts.length,
      caught: [],
      refusal: undefined,
    }
  }
}

interface Duties {
  /** The batches of this worker, in the order in which they are combined. */
  readonly parts: readonly number[]
  /** Tells the server of their gradients. */
  readonly say: (step: Step, gradients: readonly Float32Array[]) => Promise<void>
}

function duties(
  mesh: Mesh,
  server: PeerId,
  workers: readonly PeerId[],
  { code, f }: Pick<DracoOptions, 'code' | 'f'>,
): Duties {
  const n = workers.length
  requireDraco({ n, f, code })
  const worker = workers.indexOf(mesh.self)
  if (code === 'cyclic') {
    const cyclic = cyclicCode(n, f)
    return {
      parts: cyclicParts(cyclic, worker),
      say: (step, gradients) => {
        const { re, im } = encodeRow(cyclic, gradients)
        const row = new Float64Array(2 * re.length)
        row.set(re)
        row.set(im, re.length)
        return mesh.publish(rowTag(step), f64(row.length).encode(row), { to: [server] })
      },
    }
  }
  return {
    parts: groupMembers(groupOf(worker, f), f),
    say: (step, gradients) => {
      const sum = sumOf(gradients)
      const payload = f32(sum.length).encode(sum)
      mesh.offer(sumTag(step), (asker) => (asker === server ? payload : undefined))
      return mesh.publish(voteTag(step), sha256(payload), { to: [server] })
    },
  }
}
