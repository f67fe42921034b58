/**
 * The daemon: one peer of one swarm, from its key to its model. `run` reads from top to bottom; what each part does is in
 * the module that it calls.
 */
import { resolve } from 'node:path'
import { assess } from '../agreement/resilience.ts'
import type { Attack } from '../attack/attacks.ts'
import type { Member, Mesh, PeerId, Step } from '../mesh/mesh.ts'
import type { BackendChoice, LocalLearner } from '../model/learner-options.ts'
import { writeModel } from '../model/model-file.ts'
import { modelOf } from '../model/models.ts'
import { startLearner } from '../model/worker-learner.ts'
import type { Assembly } from '../peer/admission.ts'
import { type Refusal, refusalSentences } from '../peer/errors.ts'
import { createHost, type Host } from '../peer/host.ts'
import { type Identity, readOrCreateIdentity } from '../peer/identity.ts'
import type { Libp2pMesh } from '../peer/libp2p-mesh.ts'
import { Cleanup } from '../util/cleanup.ts'
import type { CodedError } from '../util/coded-error.ts'
import type { Log } from '../util/log.ts'
import { assemble } from './assemble.ts'
import { type Complaint, Complaints } from './complaints.ts'
import { serveControl } from './control-socket.ts'
import { daemonError } from './errors.ts'
import { type FoundSwarm, findSwarm, type Origin } from './find-swarm.ts'
import { type Facts, Ledger } from './ledger.ts'
import { learnerOptions } from './open-learner.ts'
import { openMesh } from './open-mesh.ts'
import { type DaemonReport, StepTimesRecord } from './report.ts'
import { keyPath, makeStateDirectory, modelPath, releaseLock, takeLock } from './state-directory.ts'
import type { DaemonStatus } from './status.ts'
import { planOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'
import { train } from './train.ts'

export interface AttackChoice {
  readonly kind: Attack
  /** Who attacks together with this peer. */
  readonly colluders: readonly PeerId[]
}

export interface DaemonOptions {
  /** The state directory; made where it is missing. */
  readonly data: string
  readonly origin: Origin
  /** Multiaddrs to listen on, and to tell others instead of those. */
  readonly listen: readonly string[]
  readonly announce: readonly string[]
  readonly backend: BackendChoice
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
 * Rejects with AGREEMENT_* where the swarm is outside what is proven, with DAEMON_TOO_FAR_BEHIND where it lost touch, with
 * the signal's reason, and with PEER_*, SWARM_*, DAEMON_*, MODEL_* and DATA_* where something cannot be had.
 */
export async function runDaemon(options: DaemonOptions): Promise<DaemonReport> {
  const cleanup = new Cleanup()
  try {
    return await run({ ...options, data: resolve(options.data) }, cleanup)
  } finally {
    await cleanup.run()
  }
}

async function run(options: DaemonOptions, cleanup: Cleanup): Promise<DaemonReport> {
  const began = performance.now()
  const peer = await openPeer(options, cleanup)
  const swarm = await findSwarm({ ...peer, origin: options.origin })
  const ledger = await openLedger(peer, swarm)
  const assembly = await gather(peer, swarm, ledger)
  const mesh = await joinMesh(peer, swarm, ledger, assembly)
  const learner = await openLearner(peer, swarm, ledger, mesh.members)
  const { stepMs, saved } = await trainTogether(peer, swarm, ledger, mesh, learner)
  return {
    ...ledger.status(),
    stepMs,
    ...(saved === undefined ? {} : { modelPath: saved }),
    seconds: (performance.now() - began) / 1000,
  }
}

/** What all parts of a run share. */
interface Peer {
  readonly options: DaemonOptions
  readonly data: string
  readonly identity: Identity
  readonly socket: string
  readonly log: Log
  readonly complaints: Complaints
  /** Starts the host at the first call: nobody is dialled before the guard has spoken. */
  readonly openHost: () => Promise<Host>
  readonly cleanup: Cleanup
  /** Aborts when the owner wants to leave, and when the run fails beside its straight line. */
  readonly signal: AbortSignal
  readonly fail: (error: Error) => void
}

async function openPeer(options: DaemonOptions, cleanup: Cleanup): Promise<Peer> {
  const data = resolve(options.data)
  const failing = new AbortController()
  await makeStateDirectory(data)
  const lock = await takeLock(data)
  cleanup.add(() => releaseLock(data, lock))
  const identity = await readOrCreateIdentity(keyPath(data))
  const complaints = new Complaints(options.log.warn)
  let host: Promise<Host> | undefined
  return {
    options,
    data,
    identity,
    socket: lock.socket,
    log: options.log,
    complaints,
    openHost: () => (host ??= startHost(options, identity, complaints, cleanup)),
    cleanup,
    signal: AbortSignal.any([options.signal, failing.signal]),
    fail: (error) => failing.abort(error),
  }
}

async function startHost(
  { listen, announce }: DaemonOptions,
  { key }: Identity,
  complaints: Complaints,
  cleanup: Cleanup,
): Promise<Host> {
  const host = await createHost({
    key,
    listen,
    announce,
    onRefused: (refusal) => complaints.add(complaintOf(refusal)),
  })
  cleanup.add(() => host.close())
  return host
}

/** Asks the guard, and lets the owner ask how things stand. */
async function openLedger({ options, openHost, ...peer }: Peer, swarm: FoundSwarm): Promise<Ledger> {
  const { log, complaints, cleanup } = peer
  const facts = factsOf(swarm, peer.identity.peer, options)
  if (facts.outsideProof) log.warn(facts.standing)
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

async function gather(peer: Peer, swarm: FoundSwarm, ledger: Ledger): Promise<Assembly> {
  const { options, log, complaints } = peer
  const { origin } = options
  const { assembly, desk } = await assemble({
    ...peer,
    swarm,
    host: await peer.openHost(),
    ...(origin.kind === 'join' ? { address: origin.address } : {}),
    onPresent: (present) => ledger.isGathering(present),
    onProblem: (problem) => complaints.add(complaintAbout(problem)),
  })
  peer.cleanup.add(() => desk.close())
  const { members } = assembly.signed.roster
  ledger.knowMembers(members.map(({ peer }) => peer))
  log.info('the swarm is complete', { members: members.length })
  return assembly
}

async function joinMesh(peer: Peer, { settings }: FoundSwarm, ledger: Ledger, assembly: Assembly) {
  const mesh = await openMesh({
    ...peer,
    host: await peer.openHost(),
    assembly,
    settings,
    dimension: modelOf(settings.model).dimension,
    onTooFarBehind(theirStep) {
      const { window } = settings.limits
      peer.fail(daemonError({ code: 'DAEMON_TOO_FAR_BEHIND', step: ledger.step + 1, window, theirStep }))
    },
  })
  const watching = new AbortController()
  const watched = watch(mesh, ledger, watching.signal)
  peer.cleanup.add(async () => {
    watching.abort()
    await watched
  })
  return mesh
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

/** The durations of the steps, and where the model is. */
async function trainTogether(
  { options, data, log, signal }: Peer,
  swarm: FoundSwarm,
  ledger: Ledger,
  mesh: Libp2pMesh,
  learner: LocalLearner,
): Promise<{ readonly stepMs: number[]; readonly saved: string | undefined }> {
  const { settings } = swarm
  const isHonest = options.attack === undefined
  const path = modelPath(data)
  const stepTimes = new StepTimesRecord()
  await train({
    mesh: asSeenBy(options, mesh, settings),
    learner,
    settings,
    ledger,
    log,
    transferMs: () => mesh.traffic().transferMs,
    isHonest,
    async save(step) {
      const metadata = metadataOf(swarm, step, ledger.status())
      await writeModel(path, modelOf(settings.model), await learner.parameters(), metadata)
      log.info('model written', { step, path })
    },
    onStep: stepTimes.add,
    signal,
  })
  return { stepMs: stepTimes.values(), saved: isHonest ? path : undefined }
}

/** An attacker's protocol runs over a mesh that lies; an honest peer's over the mesh itself. */
function asSeenBy({ attack }: DaemonOptions, mesh: Mesh, { synchrony }: SwarmSettings): Mesh {
  if (attack === undefined) return mesh
  // A rushing attacker must be heard before the honest deadline: a quarter of it, and never a long time.
  const rushMs = Math.min(1000, synchrony.deadlineMs / 4)
  return attack.kind.misbehave(mesh, { colluders: new Set([mesh.self, ...attack.colluders]), rushMs })
}

/** Throws the guard's error where the swarm may not start. */
function factsOf({ id, settings }: FoundSwarm, peer: PeerId, { attack, outsideProof }: DaemonOptions): Facts {
  const assessment = assess(planOf(settings))
  const isOutside = assessment.standing !== 'proven'
  if (isOutside && !(assessment.standing === 'outside-proof' && outsideProof)) throw assessment.error
  const { name, n, f, model, training, agreement } = settings
  const { protocol, profile, rule, modelRule } = agreement
  return {
    peer,
    swarm: { id, name, n, f, steps: training.steps, model, protocol, profile, rule, modelRule },
    standing: isOutside ? `outside the proof: ${assessment.sentence}` : assessment.sentence,
    outsideProof: isOutside,
    ...(attack === undefined ? {} : { attack: attack.kind.text }),
  }
}

/** What a model file says of itself: text by text, as safetensors has it. */
function metadataOf({ id, settings }: FoundSwarm, step: Step, { evaluation }: DaemonStatus) {
  return {
    producer: 'medoid',
    swarm: id,
    model: settings.model,
    step: String(step),
    steps: String(settings.training.steps),
    seed: String(settings.seed),
    ...(evaluation === undefined
      ? {}
      : { accuracy: String(evaluation.accuracy), accuracyStep: String(evaluation.step) }),
  }
}

function complaintOf(refusal: Refusal): Complaint {
  const peer = 'peer' in refusal ? refusal.peer : refusal.address
  return { peer, code: refusal.code, message: sentenceOf(refusal) }
}

function complaintAbout({ problem, code, message }: CodedError): Complaint {
  const peer = 'peer' in problem ? String(problem.peer) : 'unknown'
  return { peer, code, message: message.slice(code.length + 2) }
}

function sentenceOf<R extends Refusal>(refusal: R): string {
  const say = refusalSentences[refusal.code] as (refusal: R) => string
  return say(refusal)
}
