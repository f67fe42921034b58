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
  /** What somebody is blamed for. */
  readonly fault?: Fault
  /** What is held against nobody, for counting: who brought it or said it, and why it was dropped. */
  readonly dropped?: Fault
}

/** The effects of a judgement on what `by` brought. */
export function effectsOf(judgement: Judgement, by: PeerId): Effects {
  if (judgement.verdict === 'accept') return { gossip: 'accept' }
  const { kind, culprit, tag } = judgement
  const fault: Fault = { peer: culprit, kind, ...(tag === undefined ? {} : { tag }) }
  if (judgement.verdict === 'ignore') return { gossip: 'ignore', dropped: fault }
  // Whoever passes on what another one signed cannot know that this peer heard something else before, or has too much
  // of that one already. So only what the bringer itself is to blame for counts against it.
  return { gossip: culprit === by ? 'reject' : 'ignore', fault }
}
