import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askStatus } from '../../src/daemon/control-socket.ts'
import { reportOf, startSwarm, statusWhen } from './daemons.ts'

/** Halts a process until `others` is true of the others, as a laptop does whose lid is closed. */
async function asleep(
  peer: { kill(signal: NodeJS.Signals): void } | undefined,
  until: () => Promise<unknown>,
) {
  peer?.kill('SIGSTOP')
  try {
    await until()
  } finally {
    peer?.kill('SIGCONT')
  }
}

test('a peer that hangs is done without after the deadline, and catches up within the window when it is back', async () => {
  const steps = 40
  const { peers, data } = await startSwarm(4, [
    ...['f=1', `training.steps=${steps}`, 'synchrony.deadlineMs=1000', 'synchrony.missLimit=1000'],
    ...['limits.window=16'],
  ])
  const [first = '', , sleeper = ''] = data
  await statusWhen(first, ({ step }) => step >= 5)
  const before = await askStatus(first)
  await asleep(peers[2], () => statusWhen(first, ({ step }) => step >= before.step + 4))
  for (const peer of peers) await peer.succeeds()
  const { members, step } = await reportOf(first)
  assert.equal(step, steps)
  const record = members.find(({ missed }) => missed > 0)
  assert.ok(record !== undefined, 'somebody was missing for a while')
  assert.equal(record.lastHeardStep, steps, 'and was heard again')
  assert.equal((await reportOf(sleeper)).step, steps)
})

test('a peer that is away for longer than the window says that it is too far behind; the others finish', async () => {
  const { peers, data } = await startSwarm(4, [
    ...['f=1', 'training.steps=60', 'synchrony.deadlineMs=500', 'synchrony.missLimit=1', 'limits.window=2'],
    'limits.lingerMs=1000',
  ])
  const [first = ''] = data
  await statusWhen(first, ({ step }) => step >= 5)
  const before = await askStatus(first)
  await asleep(peers[2], () => statusWhen(first, ({ step }) => step >= before.step + 20))
  assert.equal(await peers[2]?.ended(), 1)
  assert.match(peers[2]?.errors ?? '', /^DAEMON_TOO_FAR_BEHIND: /m)
  for (const i of [0, 1, 3]) await peers[i]?.succeeds()
})

test('a swarm in which too few answer says so, and goes on by itself when they return', async () => {
  const steps = 30
  const { peers, data } = await startSwarm(4, [
    ...['f=1', `training.steps=${steps}`, 'synchrony.deadlineMs=1000', 'synchrony.missLimit=1000'],
  ])
  const [first = ''] = data
  await statusWhen(first, ({ step }) => step >= 5)
  await asleep(peers[2], () => asleep(peers[3], () => statusWhen(first, ({ stalled }) => stalled)))
  for (const peer of peers) await peer.succeeds()
  const stalls = peers[0]?.errors.match(
    /DAEMON_STALLED step \d+ waits: fewer than 3 members answer; missing: .*/g,
  )
  assert.equal(stalls?.length, 1, peers[0]?.errors)
  assert.equal((await reportOf(first)).step, steps)
})
