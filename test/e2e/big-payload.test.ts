/** A payload of 100 MB between two processes, also past a relay that serves one wrong chunk, in bounded memory. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { protocolId } from '../../src/gossip/wire.ts'
import { bytes } from '../../src/mesh/codec.ts'
import { flipped, lyingServer } from '../hostile-peer.ts'
import { type Key, newKeys, type Roster, rosterOf, startNode, stop } from '../peer/loopback.ts'
import { type Blame, type Order, payloadOf, type Reply, rootText, tag } from './payload-peer.ts'

const byteLength = 100_000_000
/** Twice the payload, at the one who says it (its own and the frozen copy), and room for what is on its way. */
const maxGrownBytes = 300_000_000
const expectedRoot = rootText(payloadOf(byteLength))
const children: ChildProcess[] = []

after(() => {
  for (const child of children) child.kill()
})

/** A member in a process of its own. */
class Remote {
  readonly blames: Blame[] = []
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (message: Reply | Blame) => {
      if (message.order === 'blame') this.blames.push(message)
    })
  }

  static async start(
    { key }: Key,
    roster: Roster,
  ): Promise<{ remote: Remote; addresses: readonly string[] }> {
    const child = fork(new URL('payload-peer.ts', import.meta.url))
    children.push(child)
    const remote = new Remote(child)
    const { addresses } = await remote.#order('start', {
      order: 'start',
      start: {
        key: Buffer.from(privateKeyToProtobuf(key)).toString('hex'),
        rosterDigest: Buffer.from(roster.digest).toString('hex'),
        members: roster.members,
        byteLength,
      },
    })
    return { remote, addresses }
  }

  dial(addresses: readonly string[]) {
    return this.#order('dial', { order: 'dial', addresses })
  }

  say() {
    return this.#order('say', { order: 'say' })
  }

  hear() {
    return this.#order('hear', { order: 'hear' })
  }

  async grownBytes(): Promise<number> {
    return (await this.#order('memory', { order: 'memory' })).grownBytes
  }

  /** Resolves with the first blame. */
  async blame(): Promise<Blame> {
    while (this.blames.length === 0) await once(this.#child, 'message')
    return this.blames[0] as Blame
  }

  async #order<K extends Reply['order']>(name: K, order: Order): Promise<Extract<Reply, { order: K }>> {
    this.#child.send(order)
    for (;;) {
      const [message] = (await once(this.#child, 'message')) as [Reply | Blame]
      if (message.order === name) return message as Extract<Reply, { order: K }>
    }
  }
}

function report(what: string, ms: number, said: number, heard: number): void {
  const mb = (n: number) => `${(n / 1e6).toFixed(0)} MB`
  console.log(
    `${what}: ${(ms / 1000).toFixed(2)} s; peak memory grew by ${mb(said)} where it was said, ${mb(heard)} where it was heard`,
  )
}

test('100 MB said by one process are pulled by another, each growing by less than 300 MB', async () => {
  const keys = (await newKeys(2)) as [Key, Key]
  const roster = rosterOf(keys)
  const { remote: alice, addresses } = await Remote.start(keys[0], roster)
  const { remote: bob } = await Remote.start(keys[1], roster)
  await bob.dial(addresses)
  const hearing = bob.hear()
  await alice.say()
  const { root, ms } = await hearing
  assert.equal(root, await expectedRoot)
  const [said, heard] = await Promise.all([alice.grownBytes(), bob.grownBytes()])
  report('straight', ms, said, heard)
  assert.ok(said < maxGrownBytes && heard < maxGrownBytes)
  assert.deepEqual([...alice.blames, ...bob.blames], [])
})

test('a relay that serves one wrong chunk is blamed by name, and the rest comes from the origin', async () => {
  const keys = (await newKeys(3)) as [Key, Key, Key]
  const roster = rosterOf(keys)
  const { remote: alice, addresses: atAlice } = await Remote.start(keys[0], roster)
  const { remote: bob, addresses: atBob } = await Remote.start(keys[1], roster)
  const describe = () => ({ maxBytes: byteLength, codec: bytes, audience: 'all' }) as const
  const relay = await startNode(keys[2], roster, { describe })
  try {
    relay.mesh.advance(1)
    await relay.host.node.dial(atAlice.map((address) => multiaddr(address)))
    await alice.say()
    for await (const _ of relay.mesh.listen(tag, { signal: new AbortController().signal })) break
    await relay.host.node.unhandle(protocolId('pull'))
    const lie = lyingServer(payloadOf(byteLength), (chunk, i) => (i === 57 ? flipped(chunk) : chunk))
    await relay.host.node.handle(protocolId('pull'), lie)

    const hearing = bob.hear()
    await relay.host.node.dial(atBob.map((address) => multiaddr(address)))
    const { peer, kind } = await bob.blame()
    assert.deepEqual([peer, kind], [keys[2].peer, 'PULL_WRONG_CHUNK'])
    await bob.dial(atAlice)
    const { root, ms } = await hearing
    assert.equal(root, await expectedRoot)
    const [said, heard] = await Promise.all([alice.grownBytes(), bob.grownBytes()])
    report('past a lying relay', ms, said, heard)
    assert.ok(said < maxGrownBytes && heard < maxGrownBytes)
    assert.equal(bob.blames.length, 1)
  } finally {
    await stop([relay])
  }
})
