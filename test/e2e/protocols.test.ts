/** Protocols with servers as daemons: roles from the roster, a liar among the members, and what crosses the sockets. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { askStatus } from '../../src/daemon/control-socket.ts'
import type { DaemonReport } from '../../src/daemon/report.ts'
import type { DaemonStatus } from '../../src/daemon/status.ts'
import { planOf, protocolOf, readSwarmFile } from '../../src/daemon/swarm-file.ts'
import { readModel } from '../../src/model/model-file.ts'
import { modelOf } from '../../src/model/models.ts'
import { reportOf, type Swarm, startSwarm } from './daemons.ts'

const steps = 8
const { dimension } = modelOf('mlp')
const vector = 4 * dimension
const common = [
  ...[`training.steps=${steps}`, 'training.learningRate.rate=1', 'limits.lingerMs=5000'],
  // Long enough for a busy machine: nobody waits for it where all speak.
  'synchrony.deadlineMs=20000',
]

/** What is known of a peer at the end: its report, or the status of an attacker that is still there. */
type Ending = DaemonStatus & Partial<Pick<DaemonReport, 'modelPath' | 'failure'>>

/** Once all but the peer at `attacker` have ended: nobody waits for that one. */
async function ended({ peers, data }: Swarm, attacker?: number): Promise<readonly Ending[]> {
  for (const [i, peer] of peers.entries()) if (i !== attacker) await peer.succeeds()
  return Promise.all(
    data.map((directory, i) =>
      i === attacker ? askStatus(directory).catch(() => reportOf(directory)) : reportOf(directory),
    ),
  )
}

/** The roles by position, as every peer has them. */
function rolesOf(reports: readonly Ending[]): (string | undefined)[] {
  const roles = reports.map(({ role }) => role)
  for (const { members } of reports)
    for (const [i, { peer }] of reports.entries())
      assert.equal(members.find((member) => member.peer === peer)?.role, roles[i])
  return roles
}

async function modelOfReport({ modelPath }: Ending): Promise<Float32Array> {
  return (await readModel(modelPath ?? '', modelOf('mlp'))).parameters
}

/** L2 distance; from 0 where there is no other. */
function distance(a: Float32Array, b?: Float32Array): number {
  return Math.sqrt(a.reduce((sum, x, k) => sum + (x - (b?.[k] ?? 0)) ** 2, 0))
}

/** The peers have learnt, within what is proven. Guessing gets 0.1 right. */
function assertLearnt(reports: readonly Ending[]): void {
  for (const { role, evaluation, outsideProof, failure } of reports) {
    assert.ok((evaluation?.accuracy ?? 0) > 0.5, `accuracy ${evaluation?.accuracy} of a ${role}`)
    assert.equal(evaluation?.step, steps)
    assert.deepEqual([outsideProof, failure], [false, undefined])
  }
}

interface Counted {
  /** Payload beside that of the steps: the trained model, less what a silent member keeps to itself. */
  readonly more: number
  /** Payload that is for all, and so pulled: on a busy machine from two members at once, now and then. */
  readonly pulled: number
}

/**
 * All that crossed the sockets, handshakes, admission, gossip, signatures and framing included, is the payload that the
 * protocol's page counts and a twentieth at most, and what was pulled twice.
 */
async function assertFraming(
  { directory }: Swarm,
  endings: readonly Ending[],
  { more, pulled }: Counted,
): Promise<void> {
  const settings = await readSwarmFile(join(directory, 'swarm.yaml'))
  const { cost, text } = protocolOf(settings)
  let payload = more
  for (let step = 1; step <= steps; step++) payload += cost(planOf(settings), step).bytes
  const sent = endings.reduce((sum, { bytesOut }) => sum + bytesOut, 0)
  assert.ok(sent < 1.05 * payload + pulled, `${text}: ${sent} bytes were sent for ${payload} of payload`)
}

test('AggregaThor: the founder serves, five workers train, and NaN from one of them is refused and counted', async () => {
  const swarm = await startSwarm(
    6,
    [...common, 'n=5', 'f=1', 'agreement.protocol=aggregathor', 'agreement.rule=multikrum'],
    [[], [], [], [], [], ['--attack', 'nan']],
  )
  const [server, ...workers] = await ended(swarm, 5)
  const [liar] = workers.splice(4)
  assert.ok(server && liar)
  assert.deepEqual(rolesOf([server, ...workers, liar]), [
    'server',
    ...Array.from({ length: 5 }, () => 'worker'),
  ])
  assertLearnt([server, ...workers])
  for (const worker of workers) assert.deepEqual(await modelOfReport(worker), await modelOfReport(server))
  assert.equal(liar.modelPath, undefined)
  const { missed } = server.members.find(({ peer }) => peer === liar.peer) ?? {}
  assert.equal(missed, steps)
  const [fault, ...others] = server.faults.filter(({ code }) => code.startsWith('CODEC_'))
  assert.deepEqual([fault?.peer, fault?.code, others], [liar.peer, 'CODEC_NOT_FINITE', []])
  assert.match(
    swarm.peers[0]?.output ?? '',
    /aggregathor.*: n = 5 beside 1 server, f = 1, multikrum on gradients/,
  )
  assert.match(swarm.peers[1]?.errors ?? '', /the swarm is complete .*role=worker/)
  await assertFraming(swarm, [server, ...workers, liar], {
    more: 5 * vector,
    pulled: (steps + 1) * 5 * vector,
  })
})

test('DRACO: whoever is named serves, and a worker that computes other gradients is found out at every step', async () => {
  const swarm = await startSwarm(
    4,
    [...common, 'n=3', 'f=1', 'agreement.protocol=draco:code=cyclic'],
    [[], [], [], ['--attack', 'sign-flip:scale=10']],
    { server: [1] },
  )
  const reports = await ended(swarm, 3)
  const [founder, server, worker, liar] = reports
  assert.ok(founder && server && worker && liar)
  assert.deepEqual(rolesOf(reports), ['worker', 'server', 'worker', 'worker'])
  assertLearnt([founder, server, worker])
  for (const one of [founder, worker]) assert.deepEqual(await modelOfReport(one), await modelOfReport(server))
  assert.deepEqual(
    server.faults.filter(({ code }) => code.startsWith('AGREEMENT_')),
    [{ peer: liar.peer, code: 'AGREEMENT_OUTVOTED', count: steps }],
  )
  assert.equal(server.refusedSteps, 0)
  await assertFraming(swarm, reports, { more: 3 * vector, pulled: (steps + 1) * 3 * vector })
})

test('two-server aggregation: three workers, two servers and a dealer; one worker is silent and is done without', async () => {
  const swarm = await startSwarm(
    6,
    [
      ...[...common, 'n=3', 'f=1', 'agreement.protocol=two-server', 'agreement.rule=mda'],
      ...['synchrony.deadlineMs=4000', 'synchrony.missLimit=1'],
    ],
    [[], [], [], [], [], ['--attack', 'silent']],
    { dealer: [1], 'second-server': [2], worker: [5] },
  )
  const reports = await ended(swarm, 5)
  const [first, dealer, second, one, other, silent] = reports
  assert.ok(first && dealer && second && one && other && silent)
  assert.deepEqual(rolesOf(reports), [
    ...['first-server', 'dealer', 'second-server'],
    ...['worker', 'worker', 'worker'],
  ])
  assertLearnt([first, one, other])
  for (const worker of [one, other]) assert.deepEqual(await modelOfReport(worker), await modelOfReport(first))
  // Who sees no vector and no result has no model.
  for (const blind of [dealer, second]) assert.deepEqual([blind.step, blind.modelPath], [steps, undefined])
  for (const { members } of [first, second])
    assert.deepEqual(
      members.filter(({ missed }) => missed > 0).map(({ peer, missed }) => [peer, missed]),
      [[silent.peer, steps]],
    )
  // Halves of its vector and of the proof, that they are here, and its masked vector both ways.
  const withheld = 2 * (32 + 1) + 8 * dimension + 8 * 80 * 28 + 16 * dimension
  await assertFraming(swarm, reports, { more: -steps * withheld, pulled: steps * 5 * vector })
})

test('ByzSGD: five servers, none of which is trusted; one says rubbish for models, and the others agree', async () => {
  const swarm = await startSwarm(
    6,
    [...common, 'n=1', 'f=0', 'agreement.protocol=byzsgd', 'agreement.rule=average'],
    [[], [], [], [], ['--attack', 'garbage']],
    { server: [4], worker: [5] },
  )
  const reports = await ended(swarm, 4)
  const liar = reports[4]
  const honest = reports.filter((report) => report !== liar)
  assert.ok(liar && liar.modelPath === undefined)
  assert.deepEqual(rolesOf(reports), [...Array.from({ length: 5 }, () => 'server'), 'worker'])
  assertLearnt(honest)
  const [first, ...others] = await Promise.all(honest.map(modelOfReport))
  assert.ok(first)
  // Each takes the median of the models that it gathered, and so of the same where nobody was late.
  for (const model of others)
    assert.ok(distance(model, first) < 0.01 * distance(first), `${distance(model, first)}`)
  for (const { role, faults } of honest) {
    const [fault, ...more] = faults.filter(({ code }) => code.startsWith('CODEC_'))
    assert.deepEqual([fault?.peer, fault?.code, more], [liar.peer, 'CODEC_NOT_FINITE', []], role)
  }
  await assertFraming(swarm, reports, { more: (5 * 1 + 5 * 4) * vector, pulled: 0 })
})

test('AggregaThor over datagrams: a gradient goes up chunk by chunk, and what gets lost stops nobody', async () => {
  const swarm = await startSwarm(2, [
    ...[...common, 'n=1', 'f=0', 'agreement.protocol=aggregathor:lossy=yes', 'agreement.rule=average'],
    // Where a chunk is lost the step takes all of it.
    'synchrony.deadlineMs=2000',
  ])
  const [server, worker] = await ended(swarm)
  assert.ok(server && worker)
  assertLearnt([server, worker])
  const [sent, taken] = [worker.datagrams?.sent ?? 0, server.datagrams?.taken ?? 0]
  // Chunks of 1,200 bytes; what the worker says before it has a key goes over a stream.
  assert.ok(sent > (steps / 2) * Math.ceil(vector / 1200), `${sent} were sent`)
  assert.ok(taken > 0 && taken <= sent, `${taken} of ${sent} were taken`)
})
