/** What is told while an exchange is under way. */
import type { CollectOptions } from '../mesh/collect.ts'
import type { Progress, RunOptions } from './protocol.ts'

/**
 * The option of an exchange that tells whom it waits for. Left out where nobody listens: to name them costs O(n) a delivery.
 */
export function waitingIn(
  onProgress: RunOptions['onProgress'],
  { step, phase }: Pick<Progress, 'step' | 'phase'>,
): Pick<CollectOptions<unknown>, 'onWaiting'> {
  if (onProgress === undefined) return {}
  return {
    onWaiting: (waitingFor, stalled) => onProgress({ step, phase, doing: 'exchange', waitingFor, stalled }),
  }
}
