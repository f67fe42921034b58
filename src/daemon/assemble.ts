/** From a swarm that is known to a swarm that is complete: the founder fills the roster, the others ask for it. */
import type { PeerId } from '../mesh/mesh.ts'
import { AdmissionDesk } from '../peer/admission.ts'
import { join } from '../peer/admission-join.ts'
import type { Host } from '../peer/host.ts'
import type { Identity } from '../peer/identity.ts'
import type { CodedError } from '../util/coded-error.ts'
import { abortable } from '../util/signal.ts'
import type { FoundSwarm } from './find-swarm.ts'
import { type Membership, writeMembership } from './state-directory.ts'
import { castOf } from './swarm-file.ts'

export interface AssembleOptions {
  readonly swarm: FoundSwarm
  readonly data: string
  readonly identity: Identity
  readonly host: Host
  /** Where to ask, for a joiner. */
  readonly address?: string
  /** Told how many of the members are present. */
  readonly onPresent: (present: number) => void
  /** Told what strangers do wrong. */
  readonly onProblem: (problem: CodedError) => void
  readonly signal: AbortSignal
}

export interface Assembled {
  readonly membership: Membership
  /** Goes on answering strangers, and members that come back. */
  readonly desk: AdmissionDesk
}

/** Resolves once all members are known. What it resolves to is on disk by then. */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { swarm, identity, host, address, onPresent, onProblem } = options
  const { membership: policy } = swarm.settings
  const desk = new AdmissionDesk({
    host: host.node,
    identity,
    document: swarm.document,
    cast: castOf(swarm.settings),
    ...(policy.policy === 'listed' ? { listed: new Set<PeerId>(policy.peers) } : {}),
    founderAddresses: address?.endsWith(`/p2p/${swarm.document.founder}`) ? [address] : [],
    onPresent,
    onProblem,
  })
  host.gater.seat((peer) => desk.isWaiting(peer))
  if (swarm.membership !== undefined) desk.settle(swarm.membership)
  await desk.open()
  const membership = swarm.membership ?? (await fill(desk, options))
  return { membership, desk }
}

async function fill(desk: AdmissionDesk, options: AssembleOptions): Promise<Membership> {
  const { swarm, data, host, address, onPresent, signal } = options
  const { document, settings } = swarm
  const cast = castOf(settings)
  const assembly =
    address === undefined
      ? await abortable(desk.complete(), signal)
      : await join(host.node, { address, document, cast, onPresent, signal })
  const membership: Membership = {
    document,
    signed: {
      signature: assembly.signed.signature,
      roster: { ...assembly.signed.roster, members: [...assembly.signed.roster.members] },
    },
    addresses: Object.fromEntries(
      Object.entries(assembly.addresses).map(([peer, known]) => [peer, [...known]]),
    ),
    hasBegun: false,
  }
  await writeMembership(data, membership)
  desk.settle(assembly)
  await desk.announce()
  return membership
}
