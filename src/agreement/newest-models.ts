/** The models that the server says, for a worker that may be slower than the others. */
import { f32 } from '../mesh/codec.ts'
import type { Mesh, PeerId, Step } from '../mesh/mesh.ts'
import { abortable } from '../util/signal.ts'
import type { Progress } from './protocol.ts'
import { modelTag } from './tags.ts'

export interface SaidModel {
  readonly step: Step
  /** [d]. */
  readonly model: Float32Array
}

/**
 * One after the other, steps growing; whenever the next is asked for, the newest that is there, or else the first that comes.
 * The mesh is told of each step when its model comes, also while the reader is still at work on an older one: or else models
 * would soon be too far ahead to be taken.
 * Blames whoever says a model and is not the server. Rejects when `signal` aborts.
 */
export async function* newestModels(
  mesh: Mesh,
  server: PeerId,
  dimension: number,
  options: {
    /** Told when the reader waits for a model, so that it is seen for whom. */
    readonly onProgress?: ((progress: Progress) => void) | undefined
    readonly signal: AbortSignal
  },
): AsyncGenerator<SaidModel, void, undefined> {
  const { phase, kind, hop } = modelTag(0)
  const over = new AbortController()
  const signal = AbortSignal.any([options.signal, over.signal])
  let newest: SaidModel = { step: 0, model: new Float32Array() }
  let wake = () => {}
  const listening = async () => {
    for await (const { from, tag, payload } of mesh.listen({ phase, kind, hop }, { signal })) {
      const decoded = f32(dimension).decode(payload)
      if (from !== server) mesh.blame({ peer: from, kind: 'AGREEMENT_WRONG_ROLE', tag })
      else if ('fault' in decoded) mesh.blame({ peer: from, kind: decoded.fault, tag })
      else if (tag.step > newest.step) {
        newest = { step: tag.step, model: decoded.value }
        mesh.advance(tag.step)
      }
      wake()
    }
  }
  listening().catch((error: unknown) => over.abort(error))
  try {
    for (let taken = 0; ; ) {
      if (newest.step <= taken) {
        const waitingFor = [server]
        options.onProgress?.({
          step: taken + 1,
          doing: 'exchange',
          phase: 'model',
          waitingFor,
          stalled: false,
        })
      }
      while (newest.step <= taken) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        await abortable(promise, signal)
      }
      // A copy: while the reader is at work with it, newer ones may come and its memory be used again.
      taken = newest.step
      yield { step: taken, model: newest.model.slice() }
    }
  } finally {
    over.abort(new DOMException('no longer needed', 'AbortError'))
  }
}
