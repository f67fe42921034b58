/** What a peer of BTARD reports of a step. */
import type { Milliseconds } from '../../mesh/clock.ts'
import type { Step } from '../../mesh/mesh.ts'
import type { AgreementReport, StepReport } from '../protocol.ts'
import type { Cast } from './cast.ts'
import type { PublicRandomness } from './public-randomness.ts'
import type { Scalars } from './scalars.ts'
import { type Ban, offences } from './standing.ts'
import type { Transcript } from './transcript.ts'
import type { Work } from './work.ts'

export interface BtardReport extends StepReport {
  readonly cast: Cast
  /** What drew the cast, and the batches of the step. */
  readonly randomness: PublicRandomness
  /** Who was banned in this step. Then it is refused: the model is left as it was. */
  readonly bans: readonly Ban[]
  /** Gradients that this peer computed: its own, and others' to check them. */
  readonly gradients: number
}

/** A step that was taken. */
export interface Taken {
  readonly transcript: Transcript
  /** The aggregate of the gradients: [d]. */
  readonly direction: Float32Array
  /** This peer's own, where it contributed one. */
  readonly gradient: Float32Array | undefined
  /** For the next step. */
  readonly randomness: PublicRandomness
}

export interface Reported extends Pick<BtardReport, 'cast' | 'randomness' | 'bans'> {
  readonly step: Step
  readonly taken: Taken | undefined
  readonly work: Pick<Work, 'gradients' | 'ms'>
  /** Of the members that are left: how many of them may lie. */
  readonly f: number
  readonly tookMs: Milliseconds
}

export function reportOf({ step, cast, randomness, bans, taken, work, f, tookMs }: Reported): BtardReport {
  return {
    step,
    gradient: taken && agreementOf(taken, f),
    model: undefined,
    times: { computeMs: work.ms, exchangeMs: tookMs - work.ms, ruleMs: 0 },
    cast,
    randomness,
    bans,
    gradients: work.gradients,
    ...(bans.length > 0 && { refusal: refusalOf(bans) }),
  }
}

/** All honest members have the same aggregate to the bit. How far gradients were from it, their contributors said. */
function agreementOf({ transcript, direction, gradient = direction }: Taken, f: number): AgreementReport {
  const { contributors, scalars } = transcript
  const distances = [...scalars.values()].map(distanceSaid).sort((a, b) => a - b)
  const spread = distances[Math.max(0, distances.length - f - 1)] ?? 0
  return {
    rounds: 1,
    heard: contributors,
    missing: [],
    before: gradient,
    after: direction,
    spreadBefore: spread,
    spreadAfter: undefined,
    hasShrunk: undefined,
    exchanges: [{ late: 0, factor: 0 }],
    unprovenRounds: 0,
    fallbackRounds: 0,
  }
}

/** Of a gradient from the aggregate, from its distances in the columns. */
function distanceSaid(scalars: Scalars): number {
  return Math.hypot(...scalars.subarray(scalars.length / 2))
}

function refusalOf(bans: readonly Ban[]): string {
  return bans.map(({ peer, offence }) => `${peer} is banned: it ${offences[offence]}`).join('; ')
}
