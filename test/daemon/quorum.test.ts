import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Quorum } from '../../src/daemon/quorum.ts'
import { createLog } from '../../src/util/log.ts'
import { swarm } from '../sim/helpers.ts'
import { ledger } from './ledgers.ts'

const standing = 'n = 4, f = 1, u = 0: practical'

/** A log, and the lines of it without their time. */
function lines() {
  const written: string[] = []
  const log = createLog({ level: 'info', format: 'text', write: (line) => written.push(line.slice(9)) })
  return { log, written }
}

test('that too many members are away is told when it begins and when it ends, with what the guard says, and counted', async () => {
  // The third is away twice, and the fourth with it from 200 to 400 ms: f = 1.
  const partitions = [
    { sides: [[0, 1, 3], [2]], fromMs: 50, untilMs: 100 },
    { sides: [[0, 1], [2]], fromMs: 150, untilMs: 400 },
    { sides: [[0, 1], [3]], fromMs: 200, untilMs: 500 },
  ]
  const { clock, meshes } = swarm({ n: 4, seed: 1, partitions })
  const [mesh] = meshes
  assert.ok(mesh)
  const { log, written } = lines()
  const made = ledger()
  made.watchQuorum(new Quorum({ members: mesh.members, liars: () => 1, standing, log }))
  made.enter('learning', 'starting')
  const over = new AbortController()
  clock.after(600, () => over.abort())
  const met: (readonly [atMs: number, met: boolean | undefined])[] = []
  const watch = async () => {
    for await (const peers of mesh.presence({ signal: over.signal })) {
      made.isPresent(peers)
      met.push([Math.round(mesh.clock.now()), made.status().quorum?.met])
    }
  }
  await clock.until(watch())
  assert.deepEqual(written, [
    `warn  DAEMON_TOO_FEW_PRESENT 2 of 4 members with the role peer are away, and 1 may be; until 1 of them return, what the guard says does not hold: ${standing}`,
    `info  enough members are here again for what the guard says: ${standing}`,
  ])
  assert.deepEqual(met, [
    [0, true],
    [50, true],
    [100, true],
    [150, true],
    [200, false],
    [400, true],
    [500, true],
  ])
  assert.deepEqual(made.status().quorum, { met: true, lapses: 1 })
})

test('each role has its own bound; who comes before learning and leaves after it is not away', () => {
  const members = ['s1', 's2', 's3', 'w1', 'w2', 'w3'].map((peer) => ({
    peer,
    role: peer.startsWith('s') ? 'server' : 'worker',
  }))
  const { log, written } = lines()
  const made = ledger()
  made.watchQuorum(new Quorum({ members, liars: (role) => (role === 'server' ? 0 : 2), standing, log }))
  made.isPresent(new Set(['s1']))
  assert.deepEqual([written.length, made.status().quorum], [0, { met: true, lapses: 0 }])
  // Who is away as learning begins is so from then on.
  made.isPresent(new Set(['s1', 's2', 'w1']))
  made.enter('learning', 'starting')
  assert.match(
    written[0] ?? '',
    /DAEMON_TOO_FEW_PRESENT 1 of 3 members with the role server are away, and 0 may be/,
  )
  made.isPresent(new Set(['s1', 's2', 's3', 'w3']))
  assert.equal(written.length, 2)
  made.isPresent(new Set(['s1', 's2', 's3']))
  assert.match(written[2] ?? '', /3 of 3 members with the role worker are away, and 2 may be/)
  made.isPresent(new Set(members.map(({ peer }) => peer)))
  made.enter('done', 'staying')
  made.isPresent(new Set(['s1']))
  assert.deepEqual([written.length, made.status().quorum], [4, { met: true, lapses: 2 }])
})
