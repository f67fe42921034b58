/** What members of an all-reduce say to each other: parts of sums, and parts of the mean, each to one member or some. */
import { f32 } from '../../mesh/codec.ts'
import { collect } from '../../mesh/collect.ts'
import type { Describe, Description, Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { allFinite } from '../../util/finite.ts'
import { wordOf } from '../describe.ts'
import type { LearnWait } from '../learn.ts'
import { waitingIn } from '../progress.ts'
import type { RunOptions } from '../protocol.ts'
import { type PlainWait, plainWait } from './guard.ts'
import { boundsOf } from './parts.ts'

/** `sum` of some members' gradients, on its way; `mean` of all. */
export type Kind = 'sum' | 'mean'

/** For n members and a model of `dimension` parameters. Sums are of no use alone, and still no secret. */
export function describeParcels(n: number, dimension: number): Describe {
  const ofLength = (length: number): Description => ({
    maxBytes: 4 * length,
    codec: f32(length),
    audience: 'recipients',
    isOpen: true,
  })
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    if (phase !== 'gradient' || (kind !== 'sum' && kind !== 'mean')) return wordOf(tag)
    if (origin !== undefined || part === undefined || part >= n || hop >= n) return undefined
    const [from, to] = boundsOf(part, n, dimension)
    return ofLength(to - from)
  }
}

/** Why an all-reduce came to nothing. */
export interface Broken {
  /** Members whose parcels did not come. */
  readonly missing: readonly PeerId[]
  readonly why: string
}

export function isBroken(outcome: object): outcome is Broken {
  return 'why' in outcome
}

export interface Parcels {
  /** Broken, and not said, where it is no longer finite: whoever says that is blamed. */
  say(
    kind: Kind,
    hop: number,
    part: number,
    vector: Float32Array,
    to: readonly PeerId[],
  ): Promise<Broken | undefined>
  /** From all of `from`, in their order; broken where one is missing. */
  hear(
    kind: Kind,
    hop: number,
    part: number,
    from: readonly PeerId[],
  ): Promise<Broken | readonly Float32Array[]>
}

/**
 * Of one step. There is no mean of all without all: what is missing at a deadline is not done without, and without a deadline
 * it is waited for as long as it takes.
 *
 * @throws AGREEMENT_WRONG_POLICY under `reliable`
 */
export function parcelsOf(
  mesh: Mesh,
  step: Step,
  dimension: number,
  { wait, onProgress, signal }: Pick<RunOptions, 'wait' | 'onProgress' | 'signal'>,
): Parcels {
  const phase = 'gradient'
  const tagOf = (kind: Kind, hop: number, part: number): Tag => ({ step, phase, kind, hop, part })
  return {
    async say(kind, hop, part, vector, to) {
      if (!allFinite(vector)) return { missing: [], why: `part ${part} of the sum is no longer finite` }
      await mesh.publish(tagOf(kind, hop, part), f32(vector.length).encode(vector), { to })
      return undefined
    },
    async hear(kind, hop, part, from) {
      const [begin, end] = boundsOf(part, mesh.members.length, dimension)
      const { heard, missing } = await collect(mesh, tagOf(kind, hop, part), {
        ...allOf(wait, from.length),
        from,
        codec: f32(end - begin),
        ...waitingIn(onProgress, { step, phase }),
        signal,
      })
      if (missing.length === 0) return heard.map(({ value }) => value)
      return { missing, why: `part ${part} of the ${kind} did not come from ${missing.join(', ')}` }
    },
  }
}

/**
 * Attendance is no help here: whoever waits for a silent member in vain keeps others waiting in vain, who would count it as
 * silent too.
 */
function allOf(wait: LearnWait, expected: number): PlainWait {
  if (wait.policy !== 'synchronous') return plainWait(wait, { expected, f: 0, atLeast: expected })
  return { wait: { policy: 'everyone', deadlineMs: wait.deadlineMs }, least: 0 }
}
