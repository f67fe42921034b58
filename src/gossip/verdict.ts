/** The one place that turns a judgement into effects: what gossip does with the message, and who is blamed. */
import type { Fault } from '../mesh/fault.ts'
import type { PeerId } from '../mesh/mesh.ts'
import type { Judgement } from './validate.ts'

export interface Effects {
  /**
   * `accept`: passed on. `reject`: dropped, and gossip holds it against the one who brought it.
   * `ignore`: dropped, and held against nobody.
   */
  readonly gossip: 'accept' | 'ignore' | 'reject'
  readonly fault?: Fault
}

/** The effects of a judgement on what `by` brought. */
export function effectsOf(judgement: Judgement, by: PeerId): Effects {
  if (judgement.verdict === 'accept') return { gossip: 'accept' }
  if (judgement.verdict === 'ignore') return { gossip: 'ignore' }
  const { kind, culprit, tag } = judgement
  const fault: Fault = { peer: culprit, kind, ...(tag === undefined ? {} : { tag }) }
  // Whoever passes on what another one signed cannot know that this peer heard something else before, or has too much
  // of that one already. So only what the bringer itself is to blame for counts against it.
  return { gossip: culprit === by ? 'reject' : 'ignore', fault }
}
