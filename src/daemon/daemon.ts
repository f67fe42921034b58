/**
 * The daemon: one peer of one swarm, from its key to its model. `run` reads from top to bottom; what each part does is in
 * the module that it calls.
 */

import type { AggregatorOptions } from '../aggregator/aggregator.ts'
import { liarsIn } from '../agreement/roles.ts'
import type { Member, Mesh } from '../mesh/mesh.ts'
import type { BackendChoice, LocalLearner } from '../model/learner-options.ts'
import { writeModel } from '../model/model-file.ts'
import { modelOf } from '../model/models.ts'
import { startLearner } from '../model/worker-learner.ts'
import type { PayloadMemory } from '../peer/payload-memory.ts'
import { Cleanup } from '../util/cleanup.ts'
import { type Log, silentLog } from '../util/log.ts'
import { assemble } from './assemble.ts'
import { type AttackChoice, attacking, type Seams } from './attacker.ts'
import { recordingBeginning } from './beginning.ts'
import { serveControl } from './control-socket.ts'
import { daemonError } from './errors.ts'
import { factsOf, metadataOf, tellStandings } from './facts.ts'
import { type FoundSwarm, findSwarm, type Origin } from './find-swarm.ts'
import { Ledger } from './ledger.ts'
import { type OpenedAggregator, openAggregator } from './open-aggregator.ts'
import { learnerOptions } from './open-learner.ts'
import { openMesh } from './open-mesh.ts'
import { complaintAbout, openPeer, type Peer } from './open-peer.ts'
import { Quorum } from './quorum.ts'
import { type DaemonReport, StepTimesRecord } from './report.ts'
import { type Membership, modelPath, writeMembership } from './state-directory.ts'
import type { DaemonStatus } from './status.ts'
import { protocolOf, windowOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'
import { train } from './train.ts'

export interface DaemonOptions {
  /** The state directory; made where it is missing. */
  readonly data: string
  readonly origin: Origin
  /** Multiaddrs to listen on, and to tell others instead of those. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly backend: BackendChoice
  /** How rules are computed. @default the fastest kernels that this machine has, a thread for each processor */
  readonly rules?: AggregatorOptions | undefined
  /** Where this peer's data is, where it is not where the swarm says. */
  readonly dataset?: string | undefined
  /** For red teams: what this peer does to the others. */
  readonly attack?: AttackChoice | undefined
  /** Starts also where nothing is proven for the swarm. */
  readonly outsideProof: boolean
  readonly log: Log
  /** Told once the swarm is known; the function that it gets tells how things stand. */
  readonly onRunning?: (status: () => DaemonStatus) => void
  /** Leaves the swarm cleanly. */
  readonly signal: AbortSignal
}

/**
 * Runs a peer until its model is trained and the others need it no longer.
 *
 * Where learning diverges, that is in the report. Rejects with AGREEMENT_OUTSIDE_PROOF, AGREEMENT_UNPROVEN_RULE or
 * AGREEMENT_IMPOSSIBLE where the guard refuses, with DAEMON_ALREADY_BEGAN where this peer took part in the run before, with
 * DAEMON_TOO_FAR_BEHIND where it lost touch, with the signal's reason, and with PEER_*, SWARM_*, DAEMON_*, MODEL_* and
 * DATA_* where something cannot be had.
 */
export async function runDaemon(options: DaemonOptions): Promise<DaemonReport> {
  const cleanup = new Cleanup()
  try {
    return await run(options, cleanup)
  } finally {
    await cleanup.run()
  }
}

async function run(options: DaemonOptions, cleanup: Cleanup): Promise<DaemonReport> {
  const began = performance.now()
  const peer = await openPeer(options, cleanup)
  const swarm = await findSwarm({ ...peer, origin: options.origin })
  const ledger = await openLedger(peer, swarm)
  const membership = await gather(peer, swarm, ledger)
  const { combine, memory } = openAggregator(options.rules ?? {}, cleanup)
  const joined = await joinMesh(peer, swarm, ledger, membership, memory)
  const learner = await openLearner(peer, swarm, ledger, joined.mesh.members)
  const outcome = await trainTogether(peer, swarm, ledger, { ...joined, combine }, learner)
  return { ...ledger.status(), ...outcome, seconds: (performance.now() - began) / 1000 }
}

/** Asks the guard, and lets the owner ask how things stand. */
async function openLedger({ options, openHost, ...peer }: Peer, swarm: FoundSwarm): Promise<Ledger> {
  const { log, complaints, cleanup } = peer
  const facts = factsOf(swarm, peer.identity.peer, options)
  if (facts.outsideProof) log.warn(facts.standing)
  // Once: n and f hold for as long as the roster does, and another roster is another swarm. Whether enough of it are here is
  // watched when there is one.
  tellStandings(log, swarm.settings)
  const host = await openHost()
  const ledger = new Ledger(facts, {
    addresses: () => host.addresses(),
    bytes: () => host.bytes(),
    faults: () => complaints.counts(),
  })
  const control = await serveControl(peer.socket, () => ledger.status())
  cleanup.add(() => control.close())
  options.onRunning?.(() => ledger.status())
  return ledger
}

async function gather(peer: Peer, swarm: FoundSwarm, ledger: Ledger): Promise<Membership> {
  const { options, log, complaints } = peer
  const { origin } = options
  const { membership, desk } = await assemble({
    ...peer,
    swarm,
    host: await peer.openHost(),
    ...(origin.kind === 'join' ? { address: origin.address } : {}),
    onPresent: (present) => ledger.isGathering(present),
    onProblem: (problem) => complaints.add(complaintAbout(problem)),
  })
  peer.cleanup.add(() => desk.close())
  const { members } = membership.signed.roster
  ledger.knowMembers(members)
  log.info('the swarm is complete', { members: members.length, role: ledger.role })
  return membership
}

interface Joined {
  /** Writes down that learning began before it says anything of a step. */
  readonly mesh: Mesh
  /** Milliseconds during which bytes were under way. */
  readonly transferMs: () => number
}

async function joinMesh(
  peer: Peer,
  { settings }: FoundSwarm,
  ledger: Ledger,
  membership: Membership,
  memory: PayloadMemory,
): Promise<Joined> {
  const mesh = await openMesh({
    ...peer,
    host: await peer.openHost(),
    assembly: membership,
    settings,
    memory,
    onTooFarBehind(theirStep) {
      const window = windowOf(settings)
      peer.fail(daemonError({ code: 'DAEMON_TOO_FAR_BEHIND', step: ledger.step + 1, window, theirStep }))
    },
  })
  ledger.knowDatagrams(() => mesh.datagrams())
  ledger.watchQuorum(quorumOf(peer, settings, ledger, mesh.members))
  const watching = new AbortController()
  const watched = watch(mesh, ledger, watching.signal)
  peer.cleanup.add(async () => {
    watching.abort()
    await watched
  })
  const record = async () => {
    try {
      await writeMembership(peer.data, { ...membership, hasBegun: true })
    } catch (error) {
      peer.fail(error as Error)
      throw error
    }
  }
  return { mesh: recordingBeginning(mesh, record), transferMs: () => mesh.traffic().transferMs }
}

function quorumOf(
  { log }: Peer,
  settings: SwarmSettings,
  ledger: Ledger,
  members: readonly Member[],
): Quorum {
  const { standing, outsideProof } = ledger.status()
  const liars = liarsIn(protocolOf(settings), settings.f)
  // Where nothing is proven, nothing ceases to hold: then it is only counted.
  return new Quorum({ members, liars, standing, log: outsideProof ? silentLog : log })
}

async function watch(mesh: Mesh, ledger: Ledger, signal: AbortSignal): Promise<void> {
  for await (const peers of mesh.presence({ signal })) ledger.isPresent(peers)
}

async function openLearner(
  { options, identity, log, cleanup, signal }: Peer,
  { settings }: FoundSwarm,
  ledger: Ledger,
  members: readonly Member[],
): Promise<LocalLearner> {
  ledger.enter('loading', 'loading data and model')
  const learner = await startLearner(learnerOptions({ ...options, settings, members, self: identity.peer }), {
    signal,
  })
  cleanup.add(() => learner.close())
  const { backend, samples, passedOver } = learner.summary
  ledger.knowBackend(backend)
  log.info('ready to train', { backend, samples })
  for (const { backend, reason } of passedOver) log.debug('passed over', { backend, reason })
  return learner
}

async function trainTogether(
  { options, data, log, cleanup, fail, signal }: Peer,
  swarm: FoundSwarm,
  ledger: Ledger,
  { mesh, transferMs, combine }: Joined & Pick<OpenedAggregator, 'combine'>,
  learner: LocalLearner,
): Promise<Pick<DaemonReport, 'stepMs' | 'modelPath' | 'failure'>> {
  const { settings } = swarm
  const { attack } = options
  const honest: Seams = { mesh, learner }
  let hasSaved = false
  const path = modelPath(data)
  const stepTimes = new StepTimesRecord()
  const failure = await train({
    ...(attack === undefined ? honest : attacking(attack, honest, { settings, cleanup, fail })),
    settings,
    ledger,
    log,
    transferMs,
    combine,
    role: ledger.role,
    isHonest: attack === undefined,
    async save(step) {
      const metadata = metadataOf(swarm, step, ledger.status())
      await writeModel(path, modelOf(settings.model), await learner.parameters(), metadata)
      hasSaved = true
      log.info('model written', { step, path })
    },
    onStep: stepTimes.add,
    signal,
  })
  const stepMs = stepTimes.values()
  if (failure !== undefined) return { stepMs, failure: { code: failure.code, message: failure.message } }
  return hasSaved ? { stepMs, modelPath: path } : { stepMs }
}
