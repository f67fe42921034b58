import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { askStatus, type ControlSocket, serveControl } from '../../src/daemon/control-socket.ts'
import { type Lock, takeLock } from '../../src/daemon/state-directory.ts'
import type { DaemonStatus } from '../../src/daemon/status.ts'

const status: DaemonStatus = {
  pid: 1,
  peer: '12D3KooW',
  addresses: [],
  phase: 'learning',
  swarm: {
    id: '00',
    name: 'test',
    n: 4,
    f: 1,
    servers: [],
    steps: 10,
    model: 'mlp',
    protocol: 'learn',
    profile: 'practical',
    rule: 'nnm>trmean',
    modelRule: 'trmean',
    combines: [],
  },
  standing: 'proven',
  outsideProof: false,
  step: 3,
  doing: 'exchange of gradients',
  waitingFor: [],
  stalled: false,
  members: [],
  times: { compute: 1, network: 2, rule: 3, waiting: 4 },
  unprovenRounds: 0,
  fallbackRounds: 0,
  refusedSteps: 0,
  measuredAgreements: 0,
  unshrunkAgreements: 0,
  faults: [],
  bytesIn: 0,
  bytesOut: 0,
  rssBytes: 0,
}

let data: string
let lock: Lock
let control: ControlSocket
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'medoid-control-'))
  lock = await takeLock(data)
  control = await serveControl(lock.socket, () => status)
})
afterEach(async () => {
  await control.close()
  await rm(data, { recursive: true })
})

test('whoever asks in the right directory gets the status', async () => {
  assert.deepEqual(await askStatus(data), status)
})

test('only the owner can open the socket', async () => {
  assert.equal((await stat(lock.socket)).mode & 0o777, 0o600)
})

test('where nobody runs, that is what is said', async () => {
  await assert.rejects(askStatus(join(data, 'elsewhere')), { code: 'DAEMON_NOT_RUNNING' })
})

test('a line that is no request gets an error, and one that never ends is cut off', async () => {
  for (const [line, answer] of [
    ['{"ask":"key"}\n', /"error"/],
    ['hello\n', /"error"/],
    ['x'.repeat(5000), /^$/],
  ] as const) {
    const socket = connect(lock.socket).setEncoding('utf8')
    let text = ''
    socket.on('data', (part) => {
      text += part
    })
    socket.on('error', () => {})
    socket.write(line)
    await once(socket, 'close')
    assert.match(text, answer, line.slice(0, 20))
  }
  assert.deepEqual(await askStatus(data), status)
})
