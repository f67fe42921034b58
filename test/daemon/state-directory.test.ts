import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  makeStateDirectory,
  readLock,
  readMembership,
  releaseLock,
  takeLock,
  writeMembership,
} from '../../src/daemon/state-directory.ts'
import { newIdentity } from '../../src/peer/identity.ts'
import { rosterOf, signRoster } from '../../src/peer/roster.ts'
import { signDocument, swarmIdOf } from '../../src/peer/swarm-document.ts'

let root: string
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'medoid-state-'))
})
after(() => rm(root, { recursive: true }))

async function directory(...names: string[]): Promise<string> {
  const path = join(root, ...names)
  await makeStateDirectory(path)
  return path
}

test('a state directory is for its owner alone', async () => {
  const data = await directory('fresh', 'inner')
  assert.equal((await stat(data)).mode & 0o777, 0o700)
})

test('a directory that a running process holds is refused by its process id', async () => {
  const data = await directory('held')
  // This test's parent runs for as long as the test does.
  await writeFile(join(data, 'lock'), JSON.stringify({ pid: process.ppid, socket: '' }))
  await assert.rejects(takeLock(data), {
    code: 'DAEMON_DATA_IN_USE',
    message: new RegExp(`process ${process.ppid} `),
  })
})

test('what a crashed process left behind is taken over', async () => {
  const data = await directory('crashed')
  const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(dead, 'exit')
  for (const left of [JSON.stringify({ pid: dead.pid, socket: '' }), 'half a li']) {
    await writeFile(join(data, 'lock'), left)
    const lock = await takeLock(data)
    assert.deepEqual(await readLock(data), lock)
    await releaseLock(data, lock)
    assert.equal(await readLock(data), undefined)
  }
})

test('the control socket is in the directory, or in a short path where that one is too long for a socket', async () => {
  const short = await directory('s')
  const lock = await takeLock(short)
  assert.equal(lock.socket, join(short, 'control.sock'))
  await releaseLock(short, lock)

  const long = await directory('l'.repeat(120))
  const other = await takeLock(long)
  assert.ok(Buffer.byteLength(other.socket) <= 100)
  assert.equal((await stat(join(other.socket, '..'))).mode & 0o777, 0o700)
  await releaseLock(long, other)
  await assert.rejects(access(join(other.socket, '..')), { code: 'ENOENT' })
})

test('a membership reads back as it was written, and anything else is refused by file', async () => {
  const data = await directory('member')
  assert.equal(await readMembership(data), undefined)
  const founder = await newIdentity()
  const document = await signDocument(founder, '{}')
  const signed = await signRoster(
    founder,
    rosterOf(swarmIdOf(document), [{ peer: founder.peer, role: 'peer' }]),
  )
  const membership = {
    document,
    signed: { ...signed, roster: { ...signed.roster, members: [...signed.roster.members] } },
    addresses: { [founder.peer]: ['/ip4/127.0.0.1/tcp/4001'] },
    hasBegun: false,
  }
  await writeMembership(data, membership)
  assert.deepEqual(await readMembership(data), membership)
  await writeMembership(data, { ...membership, hasBegun: true })
  assert.deepEqual(await readMembership(data), { ...membership, hasBegun: true })
  await writeFile(join(data, 'swarm.json'), '{"document":')
  await assert.rejects(readMembership(data), { code: 'DAEMON_BAD_STATE', message: /swarm\.json/ })
})
