import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readModel } from '../../src/model/model-file.ts'
import { modelOf } from '../../src/model/models.ts'
import { Medoid, median, reportOf, startSwarm, statusWhen } from './daemons.ts'

const steps = 60
const settings = [
  'f=1',
  `training.steps=${steps}`,
  'training.learningRate.rate=1',
  'synchrony.deadlineMs=4000',
]

test('four daemons join by multiaddr and train; one is killed halfway and the others finish at their pace', async () => {
  const { directory, peers, data } = await startSwarm(4, settings)
  const [, , victim] = peers
  const survivors = [0, 1, 3]

  const halfway = await statusWhen(data[0] as string, ({ step }) => step >= steps / 2)
  victim?.kill('SIGKILL')
  const printed = new Medoid(directory, 'status', '--data', 'peer-1')
  await printed.succeeds()

  for (const i of survivors) await peers[i]?.succeeds()
  const reports = await Promise.all(survivors.map((i) => reportOf(data[i] as string)))
  const killed = halfway.step + 1
  for (const { step, stepMs, evaluation, modelPath, swarm } of reports) {
    assert.equal(step, steps)
    // The step of the kill itself may take one deadline; afterwards nobody waits for the dead.
    const [before, after] = [median(stepMs.slice(5, killed)), median(stepMs.slice(killed + 1))]
    assert.ok(after <= 1.5 * before, `${before} ms a step before the kill and ${after} ms after it`)
    // Guessing gets 0.1 right.
    assert.ok((evaluation?.accuracy ?? 0) > 0.6, `accuracy ${evaluation?.accuracy}`)
    const { metadata } = await readModel(modelPath ?? '', modelOf('mlp'))
    assert.equal(metadata.swarm, swarm.id)
    assert.equal(metadata.step, String(steps))
    assert.equal(metadata.accuracy, String(evaluation?.accuracy))
  }

  assert.match(printed.output, /step +\d+ of 60: learning/)
  assert.match(printed.output, /time +compute \d+ %, network \d+ %, rule \d+ %, waiting \d+ %/)
  assert.equal(printed.output.match(/^member /gm)?.length, 4)
  assert.equal((await stat(join(data[0] as string, 'identity.key'))).mode & 0o777, 0o600)
})

test('a peer that has begun to learn and was killed does not go back to step 1 under the same roster', async () => {
  const { directory, peers, data, join: joining } = await startSwarm(2, ['f=0', 'training.steps=1000000'])
  const [founder = '', joiner = ''] = data
  await statusWhen(founder, ({ step }) => step >= 1)
  for (const peer of peers) peer.kill('SIGKILL')
  for (const peer of peers) await peer.ended()

  const again: string[][] = [
    ['--data', founder],
    ['--swarm', 'swarm.yaml', '--data', founder],
    ['--data', joiner],
    // Nobody is at that address any more: who dialled it would say PEER_UNREACHABLE.
    [...joining, '--data', joiner],
  ]
  for (const flags of again) {
    const up = new Medoid(directory, 'up', ...flags)
    assert.equal(await up.ended(), 1, flags.join(' '))
    assert.match(up.errors, /^DAEMON_ALREADY_BEGAN: .* --data$/m, flags.join(' '))
  }
})

test('a stranger is told that the swarm is full, and a swarm of another id is not joined', async () => {
  const { directory, peers, join: joining } = await startSwarm(2, ['f=0', 'training.steps=1000000'])
  await peers[0]?.says(/the swarm is complete/)
  const [flag = '', address = ''] = joining
  const stranger = new Medoid(directory, 'up', flag, address, '--data', 'stranger')
  assert.equal(await stranger.ended(), 1)
  assert.match(stranger.errors, /^PEER_SWARM_FULL: /m)
  const other = new Medoid(directory, 'up', flag, address, '--data', 'other', '--swarm-id', '0'.repeat(64))
  assert.equal(await other.ended(), 1)
  assert.match(other.errors, /^PEER_WRONG_SWARM: /m)

  // Ctrl-C leaves cleanly: the process ends with the code of an interruption, and the directory is free again.
  peers[0]?.kill('SIGINT')
  assert.equal(await peers[0]?.ended(), 130)
  const status = new Medoid(directory, 'status', '--data', 'peer-1')
  assert.equal(await status.ended(), 1)
  assert.match(status.errors, /^DAEMON_NOT_RUNNING: /m)
})
