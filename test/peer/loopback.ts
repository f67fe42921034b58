/** Members of one swarm in one process, each with a host on a loopback socket of its own. */
import { createHash } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Fault } from '../../src/mesh/fault.ts'
import type { InboxLimits } from '../../src/mesh/inbox.ts'
import type { Describe, Member, PeerId } from '../../src/mesh/mesh.ts'
import type { DatagramOptions } from '../../src/peer/datagrams.ts'
import type { Refusal } from '../../src/peer/errors.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import { createLibp2pMesh, type Libp2pMesh } from '../../src/peer/libp2p-mesh.ts'
import type { HostLimits, WireLimits } from '../../src/peer/limits.ts'
import type { PayloadMemory } from '../../src/peer/payload-memory.ts'

export interface Key {
  readonly key: Ed25519PrivateKey
  readonly peer: PeerId
}

export async function newKey(): Promise<Key> {
  const key = await generateKeyPair('Ed25519')
  return { key, peer: peerIdFromPrivateKey(key).toString() }
}

/** `n` keys in the order of their peer ids. */
export async function newKeys(n: number): Promise<readonly Key[]> {
  const keys = await Promise.all(Array.from({ length: n }, newKey))
  return keys.sort((a, b) => (a.peer < b.peer ? -1 : 1))
}

export interface Roster {
  readonly digest: Uint8Array
  readonly members: readonly Member[]
}

export function rosterOf(keys: readonly Key[]): Roster {
  const peers = keys.map(({ peer }) => peer)
  return {
    digest: createHash('sha256').update(peers.join(' ')).digest(),
    members: peers.map((peer) => ({ peer, role: 'worker' })),
  }
}

export interface Node {
  readonly host: Host
  readonly mesh: Libp2pMesh
  readonly faults: Fault[]
  readonly dropped: Fault[]
  readonly refusals: Refusal[]
}

export interface NodeOptions {
  /** @default '/ip4/127.0.0.1/tcp/0' */
  readonly listen?: string
  readonly datagrams?: boolean | DatagramOptions
  readonly hostLimits?: Partial<HostLimits>
  readonly describe: Describe
  readonly limits?: InboxLimits
  readonly wire?: Partial<WireLimits>
  readonly f?: number
  readonly memory?: PayloadMemory
  readonly onTooFarBehind?: (step: number) => void
}

export const roomyLimits: InboxLimits = {
  window: 4,
  maxPendingPerPeer: 1000,
  maxPendingBytesPerPeer: 1 << 30,
}

export async function startNode(
  { key }: Key,
  roster: Roster,
  { listen = '/ip4/127.0.0.1/tcp/0', limits = roomyLimits, f = 1, hostLimits = {}, ...options }: NodeOptions,
): Promise<Node> {
  const faults: Fault[] = []
  const dropped: Fault[] = []
  const refusals: Refusal[] = []
  const onRefused = (refusal: Refusal) => refusals.push(refusal)
  const host = await createHost({ key, listen: [listen], onRefused, limits: hostLimits })
  const peers = new Set(roster.members.map(({ peer }) => peer))
  host.admit((peer) => peers.has(peer))
  const onFault = (fault: Fault) => faults.push(fault)
  const onDropped = (fault: Fault) => dropped.push(fault)
  const mesh = await createLibp2pMesh({
    host,
    roster,
    limits,
    liars: () => f,
    onFault,
    onDropped,
    ...options,
  })
  return { host, mesh, faults, dropped, refusals }
}

/** Connects two hosts; resolves when both see it. */
export async function connect(a: Host, b: Host): Promise<void> {
  const seen = eventually(b, () => isConnected(b, a.self))
  await a.node.dial(b.addresses().map((address) => multiaddr(address)))
  await seen
}

/** Resolves once a node can send datagrams to so many others. */
export async function reaches({ mesh }: Node, count: number): Promise<void> {
  while ((mesh.datagrams()?.reached.length ?? 0) < count) await mesh.clock.sleep(5)
}

/** Breaks the connections of two hosts; resolves when both see it. */
export async function disconnect(a: Host, b: Host): Promise<void> {
  const seen = Promise.all([
    eventually(a, () => !isConnected(a, b.self)),
    eventually(b, () => !isConnected(b, a.self)),
  ])
  await a.node.hangUp(peerIdFromString(b.self))
  await seen
}

export async function connectAll(hosts: readonly Host[]): Promise<void> {
  const pairs = hosts.flatMap((a, i) => hosts.slice(i + 1).map((b) => [a, b] as const))
  await Promise.all(pairs.map(([a, b]) => connect(a, b)))
}

export async function stop(nodes: readonly Node[]): Promise<void> {
  await Promise.all(nodes.map(({ mesh }) => mesh.close()))
  await Promise.all(nodes.map(({ host }) => host.close()))
}

export function isConnected(host: Host, peer: PeerId): boolean {
  return host.node.getConnections(peerIdFromString(peer)).some(({ status }) => status === 'open')
}

/** Resolves once `condition` holds, looked at after every change of the host's connections. */
export async function eventually(host: Host, condition: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => {
    if (condition()) resolve()
  }
  host.node.addEventListener('connection:open', look)
  host.node.addEventListener('connection:close', look)
  look()
  await promise
  host.node.removeEventListener('connection:open', look)
  host.node.removeEventListener('connection:close', look)
}
