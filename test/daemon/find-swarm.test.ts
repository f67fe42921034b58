import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { findSwarm, type Origin } from '../../src/daemon/find-swarm.ts'
import { type Membership, writeMembership } from '../../src/daemon/state-directory.ts'
import { checkSettings, describeSwarm } from '../../src/daemon/swarm-file.ts'
import { type Identity, newIdentity } from '../../src/peer/identity.ts'
import { rosterOf, signRoster } from '../../src/peer/roster.ts'
import { signDocument, swarmIdOf } from '../../src/peer/swarm-document.ts'

const settings = checkSettings({ n: 2, f: 0 })
let data: string
let founder: Identity
let membership: Membership

before(async () => {
  data = await mkdtemp(join(tmpdir(), 'medoid-find-'))
  founder = await newIdentity()
  const other = await newIdentity()
  const document = await signDocument(founder, describeSwarm(settings))
  const { roster, signature } = await signRoster(
    founder,
    rosterOf(
      swarmIdOf(document),
      [founder, other].map(({ peer }) => ({ peer, role: 'peer' })),
    ),
  )
  const signed = { roster: { ...roster, members: [...roster.members] }, signature }
  membership = { document, signed, addresses: {}, hasBegun: false }
})
after(() => rm(data, { recursive: true }))

function find(origin: Origin) {
  const { signal } = new AbortController()
  const openHost = () => Promise.reject(new Error('it went to dial'))
  return findSwarm({ origin, data, identity: founder, openHost, signal })
}

const joining: Origin = { kind: 'join', address: '/ip4/127.0.0.1/tcp/1' }

test('a member that has not begun to learn goes on with the roster that it has', async () => {
  await writeMembership(data, membership)
  for (const origin of [{ kind: 'resume' }, { kind: 'found', settings }] as const)
    assert.deepEqual((await find(origin)).membership, membership)
  await assert.rejects(find(joining), /it went to dial/)
})

test('a member that has begun is refused before anybody is dialled, however it is started', async () => {
  await writeMembership(data, { ...membership, hasBegun: true })
  for (const origin of [{ kind: 'resume' }, { kind: 'found', settings }, joining] as const)
    await assert.rejects(
      find(origin),
      { code: 'DAEMON_ALREADY_BEGAN', message: new RegExp(`run ${membership.signed.roster.run} of swarm`) },
      origin.kind,
    )
})

test('a roster on disk whose run was changed is not gone on with', async () => {
  const { run } = rosterOf('', [])
  const { roster, signature } = membership.signed
  await writeMembership(data, { ...membership, signed: { roster: { ...roster, run }, signature } })
  await assert.rejects(find({ kind: 'resume' }), { code: 'DAEMON_BAD_STATE', message: /did not sign it/ })
})
