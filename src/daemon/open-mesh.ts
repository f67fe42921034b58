/** From a complete swarm to its mesh: members are let in and dialled, what they do wrong is told, sizes are bounded. */
import { describeLearn, maxWordBytes, saidInExchange } from '../agreement/describe.ts'
import { roundsOf } from '../agreement/profile.ts'
import { type Fault, faultKinds } from '../mesh/fault.ts'
import type { InboxLimits } from '../mesh/inbox.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import type { Assembly } from '../peer/admission.ts'
import { keepConnected } from '../peer/connections.ts'
import type { Host } from '../peer/host.ts'
import { createLibp2pMesh, type Libp2pMesh } from '../peer/libp2p-mesh.ts'
import type { PayloadMemory } from '../peer/payload-memory.ts'
import { rosterDigest } from '../peer/roster.ts'
import type { Cleanup } from '../util/cleanup.ts'
import type { Log } from '../util/log.ts'
import { type Complaint, Complaints } from './complaints.ts'
import { planOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'

export interface MeshOptions {
  readonly host: Host
  readonly assembly: Assembly
  readonly settings: SwarmSettings
  /** Parameters of the model: the length of every vector. */
  readonly dimension: number
  /** Where vectors are received. */
  readonly memory: PayloadMemory
  readonly complaints: Complaints
  readonly log: Log
  /** Told when the others are so far ahead, at `step`, that this peer cannot catch up. */
  readonly onTooFarBehind: (step: Step) => void
  readonly cleanup: Cleanup
}

export async function openMesh(options: MeshOptions): Promise<Libp2pMesh> {
  const { host, assembly, settings, dimension, memory, complaints, log, onTooFarBehind, cleanup } = options
  // Honest peers can be late or repeat themselves too: it is told, and counts against nobody.
  const remarks = new Complaints(log.info)
  const { members } = assembly.signed.roster
  const peers = new Set(members.map(({ peer }) => peer))
  host.admit((peer) => peers.has(peer))
  const origins = settings.synchrony.policy === 'reliable' ? [...peers] : []
  const mesh = await createLibp2pMesh({
    host,
    roster: { members, digest: rosterDigest(assembly.signed.roster) },
    describe: describeLearn(dimension, origins),
    limits: inboxLimits(settings, dimension, origins),
    wire: { inlineLimit: settings.limits.inlineBytes },
    f: settings.f,
    memory,
    onFault: (fault) => complaints.add(complaintOf(fault)),
    onDropped: (fault) => remarks.add(complaintOf(fault)),
    onTooFarBehind,
  })
  cleanup.add(() => mesh.close())
  const connections = keepConnected(host, assembly.addresses)
  cleanup.add(() => connections.close())
  return mesh
}

function complaintOf({ peer, kind }: Fault): Complaint {
  return { peer, code: kind, message: faultKinds[kind][1], isMember: true }
}

/** Words before and after learning, that every peer says beside its vectors. */
const words = 2

/** A member that keeps to the protocol says so much within the window, both sides of its own step, and no more. */
function inboxLimits(settings: SwarmSettings, dimension: number, origins: readonly PeerId[]): InboxLimits {
  const plan = planOf(settings)
  const rounds = roundsOf(plan, plan.rule, plan.modelRule, plan)
  const { window } = settings.limits
  const eachStep = rounds.gradient(settings.training.steps) + rounds.model
  const exchanges = (2 * window + 1) * eachStep
  const { messages, bytes } = saidInExchange(dimension, origins)
  return {
    window,
    maxPendingPerPeer: exchanges * messages + words,
    maxPendingBytesPerPeer: exchanges * bytes + words * maxWordBytes,
  }
}
