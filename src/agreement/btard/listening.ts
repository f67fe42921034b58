/** Waiting for what comes of deliveries, until a time. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Delivery, Mesh } from '../../mesh/mesh.ts'
import type { TagPattern } from '../../mesh/tag.ts'
import { abortable, scoped } from '../../util/signal.ts'

export interface Listening {
  /**
   * Ends when `isEnough`, looked at after every delivery, or when the mesh's clock shows `atMs`. Rejects when it is called off.
   * One at a time.
   */
  until(isEnough: () => boolean, atMs: Milliseconds): Promise<void>
}

/** Gives every delivery to `take`, one after the other, until `signal` aborts. What `take` throws ends the waiting too. */
export function listening(
  mesh: Mesh,
  pattern: TagPattern,
  take: (delivery: Delivery) => Promise<void> | undefined,
  signal: AbortSignal,
): Listening {
  const failure = new AbortController()
  const over = AbortSignal.any([signal, failure.signal])
  let look = () => {}
  const listen = async () => {
    for await (const delivery of mesh.listen(pattern, { signal })) {
      await take(delivery)
      look()
    }
  }
  listen().catch((error: unknown) => failure.abort(error))
  return {
    until: (isEnough, atMs) =>
      scoped(over, async (waiting) => {
        const { promise: enough, resolve, reject } = Promise.withResolvers<void>()
        look = () => {
          if (isEnough()) resolve()
        }
        look()
        mesh.clock.sleep(atMs - mesh.clock.now(), { signal: waiting }).then(resolve, reject)
        await abortable(enough, waiting)
      }),
  }
}
