/** From a complete swarm to its mesh: members are let in and dialled, what they do wrong is told, sizes are bounded. */
import { maxWordBytes } from '../agreement/describe.ts'
import { liarsIn } from '../agreement/roles.ts'
import { type Fault, faultKinds } from '../mesh/fault.ts'
import type { InboxLimits } from '../mesh/inbox.ts'
import type { Step } from '../mesh/mesh.ts'
import type { Assembly } from '../peer/admission.ts'
import { keepConnected } from '../peer/connections.ts'
import type { Host } from '../peer/host.ts'
import { createLibp2pMesh, type Libp2pMesh } from '../peer/libp2p-mesh.ts'
import type { PayloadMemory } from '../peer/payload-memory.ts'
import { rosterDigest } from '../peer/roster.ts'
import type { Cleanup } from '../util/cleanup.ts'
import type { Log } from '../util/log.ts'
import { type Complaint, Complaints } from './complaints.ts'
import { planOf, protocolOf, windowOf } from './swarm-file.ts'
import type { SwarmSettings } from './swarm-schema.ts'

export interface MeshOptions {
  readonly host: Host
  readonly assembly: Assembly
  readonly settings: SwarmSettings
  /** Where vectors are received. */
  readonly memory: PayloadMemory
  readonly complaints: Complaints
  readonly log: Log
  /** Told when the others are so far ahead, at `step`, that this peer cannot catch up. */
  readonly onTooFarBehind: (step: Step) => void
  readonly cleanup: Cleanup
}

export async function openMesh(options: MeshOptions): Promise<Libp2pMesh> {
  const { host, assembly, settings, memory, complaints, log, onTooFarBehind, cleanup } = options
  // Honest peers can be late or repeat themselves too: it is told, and counts against nobody.
  const remarks = new Complaints(log.info)
  const { members } = assembly.signed.roster
  const peers = new Set(members.map(({ peer }) => peer))
  host.admit((peer) => peers.has(peer))
  const protocol = protocolOf(settings)
  const mesh = await createLibp2pMesh({
    host,
    roster: { members, digest: rosterDigest(assembly.signed.roster) },
    describe: protocol.describe(planOf(settings), members),
    limits: inboxLimits(settings),
    wire: { inlineLimit: settings.limits.inlineBytes },
    liars: liarsIn(protocol, settings.f),
    memory,
    datagrams: protocol.isLossy ?? false,
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

/** A member that keeps to the protocol says so much to one other within the window, both sides of its own step, and no more. */
function inboxLimits(settings: SwarmSettings): InboxLimits {
  const window = windowOf(settings)
  const { messages, bytes } = protocolOf(settings).mostSaid(planOf(settings), settings.training.steps)
  const steps = 2 * window + 1
  return {
    window,
    maxPendingPerPeer: steps * messages + words,
    maxPendingBytesPerPeer: steps * bytes + words * maxWordBytes,
  }
}
