/** Swarms that send each other datagrams over loopback, and what tests of them say and hear. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { bytes, bytesOf } from '../../src/mesh/codec.ts'
import type { Delivery, Describe } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import type { Drop } from '../../src/peer/datagrams.ts'
import type { Libp2pMesh } from '../../src/peer/libp2p-mesh.ts'
import {
  connect,
  type Key,
  type Node,
  type NodeOptions,
  newKeys,
  reaches,
  rosterOf,
  startNode,
  stop,
} from './loopback.ts'

/** `chunk` is a hundred bytes for its recipients, `blob` any bytes for them, `news` is for all. */
export const describe: Describe = ({ phase }) => {
  if (phase === 'chunk') return { maxBytes: 100, codec: bytesOf(100), audience: 'recipients' }
  if (phase === 'blob') return { maxBytes: 1 << 20, codec: bytes, audience: 'recipients' }
  return phase === 'news' ? { maxBytes: 100, codec: bytes, audience: 'all' } : undefined
}
export const chunk = (part: number, step = 1): Tag => ({ step, phase: 'chunk', kind: 'value', hop: 0, part })
export const blob = (part: number, step = 1): Tag => ({ step, phase: 'blob', kind: 'value', hop: 0, part })
export const payloadOf = (part: number) => new Uint8Array(100).fill(part)

/** The first `n` members of a swarm of n + 1; the last one is nobody yet. */
export async function swarm(
  t: TestContext,
  n: number,
  options: (member: number) => Partial<NodeOptions> = () => ({}),
): Promise<{ readonly nodes: readonly Node[]; readonly keys: readonly Key[] }> {
  const keys = await newKeys(n + 1)
  const roster = rosterOf(keys)
  const nodes = await Promise.all(
    keys.slice(0, n).map((key, i) => startNode(key, roster, { describe, datagrams: true, ...options(i) })),
  )
  for (const { mesh } of nodes) mesh.advance(1)
  t.after(() => stop(nodes))
  return { nodes, keys }
}

/** Two members that can send each other datagrams. */
export async function pair(t: TestContext, options?: (member: number) => Partial<NodeOptions>) {
  const { nodes } = await swarm(t, 2, options)
  const [alice, bob] = nodes as [Node, Node]
  await connect(alice.host, bob.host)
  await Promise.all(nodes.map((node) => reaches(node, 1)))
  return { alice, bob }
}

export async function heard(mesh: Libp2pMesh, phase: string, count: number): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = []
  for await (const delivery of mesh.listen({ phase }, { signal: AbortSignal.timeout(20_000) }))
    if (deliveries.push(delivery) === count) break
  assert.equal(deliveries.length, count, `of ${phase}; ${JSON.stringify(mesh.datagrams())}`)
  return deliveries
}

/** What has arrived by now. */
export async function heardSoFar(mesh: Libp2pMesh, phase: string): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = []
  const enough = new AbortController()
  const listening = (async () => {
    for await (const delivery of mesh.listen({ phase }, { signal: enough.signal })) deliveries.push(delivery)
  })()
  await mesh.clock.sleep(1)
  enough.abort()
  await listening
  return deliveries
}

/** Resolves once `condition` holds. */
export async function until(mesh: Libp2pMesh, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !condition(); i++) await mesh.clock.sleep(5)
  assert.ok(condition(), `it did not come about: ${JSON.stringify(mesh.datagrams())}`)
}

export function dropped({ mesh }: Node, why: Drop): number {
  return mesh.datagrams()?.dropped[why] ?? -1
}

export function partsOf(deliveries: readonly Delivery[]): readonly number[] {
  return deliveries.map(({ tag }) => tag.part ?? -1).sort((a, b) => a - b)
}
