/**
 * BTARD: butterfly all-reduce that is verified, and bans who lied (Gorbunov, Borzunov, Diskin, Ryabinin, "Secure distributed
 * training at scale", ICML 2022).
 *
 * Assumes: n peers that start from the same model, hold the same data and compute the same bits from the same model and batch; at
 *   most f of them lie, n >= 4f+1 and n >= 2f+1+m; what an honest one says reaches the others, and what it computes is done, within
 *   the deadline.
 * Guarantees: after each step all honest models are the same, bit for bit. No honest peer is banned. A step is taken, or it bans at
 *   least one liar and leaves the model as it was: at most f are refused. A contributor whose gradient is not that of its batch is
 *   banned in that step if an honest validator draws it, with probability 1/c for each; an owner that aggregates wrongly almost
 *   surely, unless others lie for it about their scalars, which is found as a wrong gradient is. Once all liars that lie are banned
 *   the run is one without attack among those who are left.
 * How, at each step t, with public randomness r from the step before, which draws m validators; the others are c contributors:
 *   1. contributors: compute the gradient of the batch that r gives me, cut into c parts; all: draw a nonce; say the hashes
 *   2. contributors: send part j to contributor j
 *   3. contributor j: aggregate the j-th parts by CenteredClip; say the column to all. A part that does not come is computed here,
 *      and its sender named
 *   4. reveal the nonces: public randomness r', drawn after everything that it checks was fixed
 *   5. contributors: say for each column j the scalars <z_j, clipped difference> and |difference|, z_j a direction from r'
 *   6. validators: compute the gradient of the contributor that r' gives me; owners: compute the scalars of the parts that I was
 *      sent; accuse whoever said other hashes or scalars
 *   7. what is in doubt is computed again by all, who ban whoever it shows to be guilty (settle.ts); if nobody, take the step
 *   Whoever says nothing, or what is no message, is banned at once; so 2 to 7 are left out then.
 * Why all agree on whom to ban: what they judge by, they agree on (agreed-broadcast.ts), and the judgement computes, it does not ask.
 * Why honest peers are not banned: they say what is due in time; their hashes and scalars are what everybody computes; they accuse
 *   those alone of whom they have computed something else; and their columns are what everybody computes from the same parts.
 * Changes from the paper: docs/protocols/btard.md.
 */
import { f32 } from '../../mesh/codec.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { allFinite } from '../../util/finite.ts'
import { deadlineOf } from '../deadline.ts'
import { agreementError } from '../errors.ts'
import type { RunOptions } from '../protocol.ts'
import { peersWith } from '../roles.ts'
import { falseScalars, falseTarget } from './accuse.ts'
import { type Cast, castOf, targetOf } from './cast.ts'
import { centeredClip } from './centered-clip.ts'
import { Council } from './council.ts'
import { btardError } from './errors.ts'
import { Exchanges } from './exchanges.ts'
import { type GatheredParts, gatherParts } from './gather-parts.ts'
import type { Commit } from './messages.ts'
import { hashOfPart, joined, splitIn } from './parts.ts'
import {
  commitmentTo,
  firstRandomness,
  jointRandomness,
  nonceBytes,
  randomnessAfterRefusal,
} from './public-randomness.ts'
import { type BtardReport, reportOf, type Taken } from './report.ts'
import { type ColumnLimits, directionsOf, scalarsOf } from './scalars.ts'
import { settle } from './settle.ts'
import { type Ban, Standing } from './standing.ts'
import { partTag } from './tags.ts'
import type { Transcript } from './transcript.ts'
import { Work } from './work.ts'

export interface BtardOptions extends RunOptions, ColumnLimits {
  /** m. */
  readonly validators: number
}

/**
 * @param learner the same at every peer: data, model, seed and member. Its gradient may depend on nothing but model and draw: no
 *   momentum.
 * @throws AGREEMENT_BTARD_*, AGREEMENT_DIVERGED, AGREEMENT_WRONG_POLICY
 */
export async function* btard(
  mesh: Mesh,
  learner: Learner,
  options: BtardOptions,
): AsyncGenerator<BtardReport, void, undefined> {
  const { steps, firstStep = 1, batch } = options
  const { deadlineMs } = deadlineOf(options.wait)
  const standing = new Standing(peersWith(mesh.members, 'peer'), options.f)
  const exchanges = new Exchanges(mesh, standing, { ...options, deadlineMs })
  let randomness = firstRandomness(standing.active)
  /** Gradients that all computed to judge, at the end of the step before: the next commits are due that much later. */
  let judged = 0

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const began = mesh.clock.now()
    const cast = castOf(randomness, standing.active, { f: standing.f, validators: options.validators })
    const work = new Work(mesh, learner, randomness, batch?.(step))
    const council = new Council(exchanges, step, cast)
    const stage = {
      ...options,
      step,
      dimension: learner.dimension,
      cast,
      standing,
      exchanges,
      council,
      work,
      judged,
    }
    const { bans, taken, ...outcome } = await takeStep(mesh, stage)

    for (const { peer, offence } of bans) {
      standing.ban({ peer, offence })
      mesh.blame({ peer, kind: 'AGREEMENT_BANNED' })
    }
    requireStanding(standing, mesh.self, step)
    if (taken !== undefined) await work.apply(taken.direction, step)
    yield reportOf({
      step,
      cast,
      randomness,
      bans,
      taken,
      work,
      f: standing.f,
      tookMs: mesh.clock.now() - began,
    })
    randomness = taken?.randomness ?? randomnessAfterRefusal(randomness)
    judged = outcome.judged
  }
}

/** @throws where this peer was banned, or so many others that it cannot know who is right */
function requireStanding(standing: Standing, self: PeerId, step: Step): void {
  const offence = standing.offenceOf(self)
  if (offence !== undefined) throw btardError({ code: 'AGREEMENT_BTARD_BANNED', step, offence })
  const { banned, declaredF: f } = standing
  if (banned > f) throw btardError({ code: 'AGREEMENT_BTARD_TOO_MANY', step, banned, f })
}

interface Stage extends BtardOptions {
  readonly step: Step
  readonly dimension: number
  readonly cast: Cast
  readonly standing: Standing
  readonly exchanges: Exchanges
  readonly council: Council
  readonly work: Work
  readonly judged: number
}

interface Outcome {
  readonly bans: readonly Ban[]
  readonly judged: number
  /** Absent where somebody is banned. */
  readonly taken?: Taken
}

async function takeStep(mesh: Mesh, stage: Stage): Promise<Outcome> {
  const aggregated = await aggregate(mesh, stage)
  return 'bans' in aggregated ? { ...aggregated, judged: 0 } : verify(mesh, stage, aggregated)
}

/** What there is of a step before anything is verified. */
interface Aggregated {
  readonly nonce: Uint8Array
  readonly commits: ReadonlyMap<PeerId, Commit>
  readonly gradient: Float32Array | undefined
  /** What this member gathered for its own column, where it is a contributor. */
  readonly gathered: GatheredParts | undefined
  readonly columns: readonly Float32Array[]
}

interface Refused {
  readonly bans: readonly Ban[]
}

async function aggregate(mesh: Mesh, stage: Stage): Promise<Aggregated | Refused> {
  const { step, dimension, cast, standing, exchanges, council, work, onProgress, signal } = stage
  const { contributors } = cast
  const { self } = mesh

  // 1. My gradient in parts, and a nonce: their hashes.
  onProgress?.({ step, doing: 'compute', phase: 'gradient', waitingFor: [], stalled: false })
  const gradient = contributors.includes(self) ? await work.gradientOf(self) : undefined
  if (gradient !== undefined && !allFinite(gradient))
    throw agreementError({ code: 'AGREEMENT_DIVERGED', step, phase: 'gradient' })
  const mine = gradient && splitIn(contributors.length, gradient)
  const nonce = mesh.random.bytes(nonceBytes)
  const commit = { nonce: commitmentTo(nonce, step, self), parts: mine?.map(hashOfPart) ?? [] }
  const { values: commits, bans: silent } = await council.commits(commit, 1 + stage.judged)
  if (silent.length > 0) return { bans: silent }

  // 2. A part to each contributor.
  const dueAtMs = exchanges.dueAtMs
  for (const [j, part] of (mine ?? []).entries()) {
    const owner = contributors[j] ?? ''
    if (owner !== self) await mesh.publish(partTag(step), f32(part.length).encode(part), { to: [owner] })
  }

  // 3. My column.
  const gathered =
    mine &&
    (await gatherParts(mesh, {
      step,
      contributors,
      commits,
      mine,
      dimension,
      standing,
      dueAtMs,
      work,
      signal,
    }))
  const column = gathered && centeredClip([...gathered.parts.values()], stage)
  const { values: columns, bans } = await council.columns(column, dimension, 2 + standing.f)
  if (bans.length > 0) return { bans }
  return { nonce, commits, gradient, gathered, columns: [...columns.values()] }
}

async function verify(
  mesh: Mesh,
  stage: Stage,
  { nonce, commits, gradient, gathered, columns }: Aggregated,
): Promise<Outcome> {
  const { cast, standing, exchanges, council, work, tau, tolerance, delta } = stage
  const { contributors } = cast
  const { self } = mesh

  // 4. Public randomness, drawn when all that it is to check is fixed.
  const nonces = await council.nonces(nonce, commits)
  if (nonces.bans.length > 0) return { bans: nonces.bans, judged: 0 }
  const randomness = jointRandomness([...nonces.values.values()])

  // 5. My scalars.
  const directions = directionsOf(randomness, columns)
  const mine = gradient && splitIn(contributors.length, gradient)
  const said = await council.scalars(mine && scalarsOf(mine, columns, directions, tau))
  if (said.bans.length > 0) return { bans: said.bans, judged: 0 }
  const limits = { tau, tolerance, delta }
  const transcript: Transcript = { contributors, commits, columns, directions, scalars: said.values, limits }

  // 6. Whom I accuse, and with whom I am in dispute.
  const target = targetOf(randomness, cast, self)
  const accused = [
    ...(gathered === undefined ? [] : [...gathered.liars, ...falseScalars(transcript, self, gathered.parts)]),
    ...(target === undefined ? [] : await falseTarget(transcript, target, work)),
  ]
  const disputed = [...exchanges.takeDisputed(), ...(gathered?.withheld ?? [])]
  const charges = await council.charges({ accused, disputed })
  if (charges.bans.length > 0) return { bans: charges.bans, judged: 0 }

  // 7. Judgement.
  for (const [peer, { disputed }] of charges.values)
    for (const other of disputed) standing.dispute(peer, other)
  const quarrellers = standing.quarrellers
  if (quarrellers.length > 0)
    return { bans: quarrellers.map((peer) => ({ peer, offence: 'discord' })), judged: 0 }
  const before = work.gradients
  const bans = await settle(transcript, charges.values, work)
  const judged = work.gradients - before
  if (bans.length > 0) return { bans, judged }
  return { bans, judged, taken: { transcript, direction: joined(columns), gradient, randomness } }
}
