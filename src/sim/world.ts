/** A simulated swarm: members, their meshes and the links between them, in virtual time, from one seed. */
import type { Milliseconds } from '../mesh/clock.ts'
import type { Fault } from '../mesh/fault.ts'
import type { InboxLimits } from '../mesh/inbox.ts'
import { type Describe, defaultWindow, type Member, type PeerId } from '../mesh/mesh.ts'
import type { Random } from '../util/prng.ts'
import { Network } from './network.ts'
import { type Latency, SimMesh } from './sim-mesh.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface SimOptions {
  readonly n: number
  readonly seed: number
  readonly describe: (member: number) => Describe
  readonly limits?: InboxLimits
  /** @default uniform from 5 to 100 ms, drawn for each message */
  readonly latency?: Latency
}

/** Blame as it was laid: by whom, and when. */
export interface Blame extends Fault {
  readonly by: PeerId
  readonly atMs: Milliseconds
}

export interface SimWorld {
  readonly clock: VirtualClock
  readonly network: Network
  /** In the order of the members. */
  readonly meshes: readonly SimMesh[]
  readonly blames: readonly Blame[]
}

export const simLimits: InboxLimits = {
  window: defaultWindow,
  maxPendingPerPeer: 1024,
  maxPendingBytesPerPeer: Number.POSITIVE_INFINITY,
}

/** Members are called `p000`, `p001`, ...: their names sort as their positions do. */
export function memberName(position: number): PeerId {
  return `p${String(position).padStart(3, '0')}`
}

export function simulate({
  n,
  seed,
  describe,
  limits = simLimits,
  latency = uniform(5, 100),
}: SimOptions): SimWorld {
  const clock = new VirtualClock()
  const network = new Network(clock, latency, seed)
  const blames: Blame[] = []
  const members: Member[] = Array.from({ length: n }, (_, i) => ({ peer: memberName(i), role: 'peer' }))
  const meshes = members.map(
    ({ peer: self }, i) =>
      new SimMesh({
        network,
        members,
        self,
        describe: describe(i),
        limits,
        seed,
        clock: clock.forMember(i),
        onFault: (fault) => blames.push({ ...fault, by: self, atMs: clock.now() }),
      }),
  )
  return { clock, network, meshes, blames }
}

export function uniform(fromMs: Milliseconds, toMs: Milliseconds): Latency {
  return (random: Random) => fromMs + (toMs - fromMs) * random.uniform()
}
