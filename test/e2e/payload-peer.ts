/**
 * One member in a process of its own, for big-payload.test.ts: says a payload, or waits for it, and reports what its memory
 * peaked at. Driven over the IPC channel of `fork`.
 */
import { privateKeyFromProtobuf } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { hashLargePayload, rootOf } from '../../src/gossip/chunks.ts'
import { bytes } from '../../src/mesh/codec.ts'
import type { Mesh, Member as RosterEntry } from '../../src/mesh/mesh.ts'
import { createHost, type Host } from '../../src/peer/host.ts'
import { createLibp2pMesh } from '../../src/peer/libp2p-mesh.ts'

export interface Start {
  /** The member's key, as libp2p's protobuf in hex. */
  readonly key: string
  readonly rosterDigest: string
  readonly members: readonly RosterEntry[]
  readonly byteLength: number
}

/** What the test tells a member to do. Each order is answered with one reply of the same name. */
export type Order =
  | { readonly order: 'start'; readonly start: Start }
  | { readonly order: 'dial'; readonly addresses: readonly string[] }
  | { readonly order: 'say' }
  | { readonly order: 'hear' }
  | { readonly order: 'memory' }

export type Reply =
  | { readonly order: 'start'; readonly addresses: readonly string[] }
  | { readonly order: 'dial' | 'say' }
  | { readonly order: 'hear'; readonly root: string; readonly ms: number }
  | { readonly order: 'memory'; readonly grownBytes: number }

/** Sent whenever the member blames somebody. */
export interface Blame {
  readonly order: 'blame'
  readonly peer: string
  readonly kind: string
}

export const tag = { step: 1, phase: 'note', kind: 'value', hop: 0 }

/** Bytes that differ everywhere, the same in every process. */
export function payloadOf(byteLength: number): Uint8Array {
  const words = new Uint32Array(byteLength / 4)
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 2654435761)
  return new Uint8Array(words.buffer)
}

const tell = (message: Reply | Blame) => process.send?.(message)

async function start({ key, rosterDigest, members, byteLength }: Start): Promise<Member> {
  const privateKey = privateKeyFromProtobuf(Buffer.from(key, 'hex'))
  if (privateKey.type !== 'Ed25519') throw new Error('not an Ed25519 key')
  const host = await createHost({ key: privateKey, listen: ['/ip4/127.0.0.1/tcp/0'] })
  host.admit((peer) => members.some((member) => member.peer === peer))
  const mesh = await createLibp2pMesh({
    host,
    roster: { digest: Buffer.from(rosterDigest, 'hex'), members },
    describe: () => ({ maxBytes: byteLength, codec: bytes, audience: 'all' }),
    limits: { window: 1, maxPendingPerPeer: 2, maxPendingBytesPerPeer: byteLength },
    liars: () => 1,
    onFault: ({ peer, kind }) => tell({ order: 'blame', peer, kind }),
  })
  mesh.advance(1)
  return new Member(host, mesh, byteLength)
}

class Member {
  readonly #host: Host
  readonly #mesh: Mesh
  readonly #byteLength: number
  /** What is loaded by now is no growth; from here on every page counts. */
  readonly #before = peakBytes()

  constructor(host: Host, mesh: Mesh, byteLength: number) {
    this.#host = host
    this.#mesh = mesh
    this.#byteLength = byteLength
  }

  async obey(order: Exclude<Order, { order: 'start' }>): Promise<Reply> {
    switch (order.order) {
      case 'dial':
        await this.#host.node.dial(order.addresses.map((address) => multiaddr(address)))
        return { order: 'dial' }
      case 'say':
        await this.#mesh.publish(tag, payloadOf(this.#byteLength))
        return { order: 'say' }
      case 'hear':
        return this.#hear()
      case 'memory':
        return { order: 'memory', grownBytes: peakBytes() - this.#before }
    }
  }

  get addresses(): readonly string[] {
    return this.#host.addresses()
  }

  async #hear(): Promise<Reply> {
    const since = performance.now()
    for await (const { payload } of this.#mesh.listen(tag, { signal: new AbortController().signal }))
      return { order: 'hear', root: await rootText(payload), ms: performance.now() - since }
    throw new Error('the mesh was closed')
  }
}

/** The most memory that this process ever had, in bytes. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024
}

export async function rootText(payload: Uint8Array): Promise<string> {
  return Buffer.from(rootOf(await hashLargePayload(payload), payload.byteLength)).toString('hex')
}

if (process.send !== undefined) {
  let member: Member | undefined
  process.on('message', async (order: Order) => {
    if (order.order === 'start') {
      member = await start(order.start)
      tell({ order: 'start', addresses: member.addresses })
    } else if (member !== undefined) tell(await member.obey(order))
  })
}
