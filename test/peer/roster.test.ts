import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { assignRoles, type Cast } from '../../src/peer/cast.ts'
import { type Identity, newIdentity } from '../../src/peer/identity.ts'
import {
  rosterBytes,
  rosterDigest,
  rosterOf,
  rosterSchema,
  signRoster,
  verifyRoster,
} from '../../src/peer/roster.ts'
import { type SwarmDocument, signDocument, swarmIdOf, verifyDocument } from '../../src/peer/swarm-document.ts'

let founder: Identity
let others: Identity[]
let document: SwarmDocument

before(async () => {
  founder = await newIdentity()
  others = [await newIdentity(), await newIdentity()]
  document = await signDocument(founder, '{"n":3}')
})

const membersOf = (...peers: string[]) => peers.map((peer) => ({ peer, role: 'peer' }))
const peers = () => membersOf(...[founder, ...others].map(({ peer }) => peer))
const cast: Cast = { servers: [], trainer: 'peer', trainers: 3, named: new Map() }
const check = () => ({ document, cast, self: (others[0] as Identity).peer })

test('a roster does not depend on the order in which members came', () => {
  const swarmId = swarmIdOf(document)
  const one = rosterOf(swarmId, peers())
  const other = rosterOf(swarmId, peers().reverse(), one.run)
  assert.deepEqual(rosterBytes(one), rosterBytes(other))
  assert.equal(rosterDigest(one).byteLength, 32)
  assert.notDeepEqual(rosterDigest(one), rosterDigest(rosterOf(swarmId, peers().slice(1), one.run)))
})

test('two rosters of the same members are of two runs and have different digests', () => {
  const swarmId = swarmIdOf(document)
  const [one, other] = [rosterOf(swarmId, peers()), rosterOf(swarmId, peers())]
  assert.deepEqual(one.members, other.members)
  assert.notEqual(one.run, other.run)
  assert.notDeepEqual(rosterDigest(one), rosterDigest(other))
})

test('a roster whose run was changed does not verify, and one without a run is none', async () => {
  const { roster, signature } = await signRoster(founder, rosterOf(swarmIdOf(document), peers()))
  const { run } = rosterOf(swarmIdOf(document), peers())
  await assert.rejects(verifyRoster({ roster: { ...roster, run }, signature }, check()), {
    code: 'PEER_BAD_ROSTER',
    message: /did not sign it/,
  })
  for (const bad of [undefined, '', run.slice(1), `${run}0`, run.toUpperCase().replace(/^./, 'A')])
    assert.equal(rosterSchema.safeParse({ roster: { ...roster, run: bad }, signature }).success, false, bad)
})

test("the founder's roster verifies, also after a trip through JSON", async () => {
  const signed = await signRoster(founder, rosterOf(swarmIdOf(document), peers()))
  await verifyRoster(signed, check())
  await verifyRoster(rosterSchema.parse(JSON.parse(JSON.stringify(signed))), check())
})

test('a roster that breaks any rule is refused with the reason', async () => {
  const swarmId = swarmIdOf(document)
  const good = rosterOf(swarmId, peers())
  const { peer: stranger } = await newIdentity()
  const cases = {
    'another swarm': await signRoster(founder, rosterOf('0'.repeat(64), peers())),
    'names 2 members': await signRoster(founder, rosterOf(swarmId, peers().slice(0, 2))),
    'not in order': await signRoster(founder, { ...good, members: good.members.toReversed() }),
    'the founder is not in it': await signRoster(
      founder,
      rosterOf(swarmId, membersOf(stranger, ...others.map(({ peer }) => peer))),
    ),
    'this peer is not in it': await signRoster(
      founder,
      rosterOf(swarmId, membersOf(founder.peer, stranger, (others[1] as Identity).peer)),
    ),
    'did not sign it': await signRoster(others[0] as Identity, good),
    'gives the role peer to 2 members and the swarm has 3': await signRoster(founder, {
      ...good,
      members: good.members.map((member, i) => (i === 0 ? { ...member, role: 'server' } : member)),
    }),
  }
  for (const [reason, signed] of Object.entries(cases))
    await assert.rejects(verifyRoster(signed, check()), {
      code: 'PEER_BAD_ROSTER',
      message: new RegExp(reason),
    })
})

test('a roster in which a member does not have the role that it was to have is refused', async () => {
  const [one = '', two = ''] = others.map(({ peer }) => peer)
  const serving: Cast = {
    servers: ['server'],
    trainer: 'worker',
    trainers: 2,
    named: new Map([[one, 'server']]),
  }
  const order = [founder.peer, two, one]
  const good = await signRoster(founder, rosterOf(swarmIdOf(document), assignRoles(order, serving)))
  await verifyRoster(good, { ...check(), cast: serving })
  const named = new Map([[two, 'server']])
  await assert.rejects(verifyRoster(good, { ...check(), cast: { ...serving, named } }), {
    code: 'PEER_BAD_ROSTER',
    message: new RegExp(`${two} was to have the role server`),
  })
})

test('a swarm document verifies for its id, and no other text or founder has that id', async () => {
  const swarmId = swarmIdOf(document)
  await verifyDocument(document, swarmId)
  await assert.rejects(verifyDocument(document, '0'.repeat(64)), { code: 'PEER_WRONG_SWARM' })
  const changed = { ...document, description: '{"n":4}' }
  await assert.rejects(verifyDocument(changed, swarmId), { code: 'PEER_WRONG_SWARM' })
  await assert.rejects(verifyDocument(changed), { code: 'PEER_FORGED_SWARM' })
  const usurped = { ...document, founder: (others[0] as Identity).peer }
  assert.notEqual(swarmIdOf(usurped), swarmId)
  await assert.rejects(verifyDocument(usurped), { code: 'PEER_FORGED_SWARM' })
})
