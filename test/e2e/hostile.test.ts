import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rootOf } from '../../src/gossip/chunks.ts'
import type { Step } from '../../src/mesh/mesh.ts'
import { fetchDocument, join } from '../../src/peer/admission-join.ts'
import { createHost } from '../../src/peer/host.ts'
import { newIdentity } from '../../src/peer/identity.ts'
import { rosterDigest } from '../../src/peer/roster.ts'
import { HostilePeer } from '../hostile-peer.ts'
import { startSwarm, statusWhen } from './daemons.ts'

const dimension = 79_510
const vector = (value: number) => new Uint8Array(new Float32Array(dimension).fill(value).buffer)

/** What to throw, the code that the daemon's owner sees, and how to throw it at a given step. */
const throws: readonly [string, RegExp, (hostile: HostilePeer, step: Step) => Promise<void>][] = [
  ['random bytes', /PULL_BAD_FRAME/, (h) => h.randomBytes('pull', 1)],
  ['an oversized frame', /GOSSIP_BAD_ENVELOPE/, (h) => h.oversizedFrame('direct')],
  ['a half-open connection', /PEER_NO_HANDSHAKE/, (h) => h.silentSocket()],
  [
    'a vector of the wrong length',
    /CODEC_WRONG_LENGTH/,
    (h, step) => h.announce(tagAt(step + 1, 'gradient'), new Uint8Array(400)),
  ],
  [
    'a replayed announcement',
    /MESH_REPLAY/,
    async (h, step) => {
      await h.serve(vector(1))
      const announcement = h.announcement(tagAt(step + 1, 'model'), vector(1), { inline: undefined })
      for (const _ of [1, 2]) await h.frame('direct', announcement)
    },
  ],
  [
    'a vector of NaN',
    /CODEC_NOT_FINITE/,
    async (h, step) => {
      await h.serve(vector(Number.NaN))
      await h.announce(tagAt(step + 2, 'gradient'), vector(Number.NaN), { inline: undefined })
    },
  ],
  [
    'an announcement whose bytes do not match its digest',
    /GOSSIP_DIGEST_MISMATCH/,
    async (h, step) => {
      await h.serve(vector(1))
      const digest = rootOf(new Uint8Array(32), 4 * dimension)
      await h.announce(tagAt(step + 2, 'model'), vector(1), { digest, inline: undefined })
    },
  ],
]

function tagAt(step: Step, phase: string) {
  return { step, phase, kind: 'value', hop: 0 }
}

/** A member that is admitted as any other and then says nothing that a member would say. */
async function hostileMember(address: string): Promise<HostilePeer> {
  const { key } = await newIdentity()
  const { signal } = new AbortController()
  const host = await createHost({ key, listen: [] })
  const document = await fetchDocument(host.node, { address, signal })
  const cast = { servers: [], trainer: 'peer', trainers: 4, named: new Map() }
  const { signed } = await join(host.node, { address, document, cast, signal })
  await host.close()
  return HostilePeer.connect({ key, rosterDigest: rosterDigest(signed.roster), victim: [address] })
}

test('whatever a member throws at a running daemon costs one coded line each; training and memory stay as they are', async () => {
  const steps = 24
  const {
    peers,
    data,
    join: joining,
  } = await startSwarm(3, [
    ...['n=4', 'f=1', `training.steps=${steps}`, 'limits.readyTimeoutMs=1000', 'limits.lingerMs=1000'],
    // The hostile member is waited for until every deadline: steps take their time while things are thrown.
    ...['synchrony.deadlineMs=400', 'synchrony.missLimit=1000'],
  ])
  const victim = data[0] as string
  const hostile = await hostileMember(joining[1] as string)
  after(() => hostile.close())
  const before = await statusWhen(victim, ({ step }) => step >= 1)

  for (const [what, code, attack] of throws) {
    const { step } = await statusWhen(victim, () => true)
    await attack(hostile, step)
    const isAboutIt = (line: string) =>
      code.test(line) && (line.includes(hostile.self) || line.includes('/ip4/'))
    await peers[0]?.says(new RegExp(`${code.source}.*(${hostile.self}|/ip4/)`))
    const lines = peers[0]?.errors.split('\n').filter(isAboutIt) ?? []
    assert.equal(lines.length, 1, `${what}: ${lines.join('\n')}`)
  }
  const afterwards = await statusWhen(victim, () => true)
  await hostile.close()
  for (const peer of peers) await peer.succeeds()
  assert.ok(
    afterwards.rssBytes - before.rssBytes < 150e6,
    `grew from ${before.rssBytes} to ${afterwards.rssBytes} bytes`,
  )
})
