/** Protocols with servers as daemons: roles from the roster, a liar among the members, and what crosses the sockets. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAttack } from '../../src/attack/attacks.ts'
import { askStatus } from '../../src/daemon/control-socket.ts'
import type { DaemonReport } from '../../src/daemon/report.ts'
import type { DaemonStatus } from '../../src/daemon/status.ts'
import { planOf, protocolOf, readSwarmFile } from '../../src/daemon/swarm-file.ts'
import type { SwarmSettings } from '../../src/daemon/swarm-schema.ts'
import { readModel } from '../../src/model/model-file.ts'
import { modelOf } from '../../src/model/models.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'
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

/** Once all but the peers at `attackers` have ended: nobody waits for those. */
async function ended({ peers, data }: Swarm, attackers: readonly number[] = []): Promise<readonly Ending[]> {
  for (const [i, peer] of peers.entries()) if (!attackers.includes(i)) await peer.succeeds()
  return Promise.all(
    peers.map(async (peer, i) => {
      const directory = data[i] as string
      if (!attackers.includes(i)) return reportOf(directory)
      // Who does not answer any more is ending, and has its report when it has ended.
      return askStatus(directory).catch(async () => {
        await peer.ended()
        return reportOf(directory)
      })
    }),
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

/** The peers have learnt, within what is proven unless it says otherwise. Guessing gets 0.1 right. */
function assertLearnt(reports: readonly Ending[], isOutside = false): void {
  for (const { role, evaluation, outsideProof, failure } of reports) {
    assert.ok((evaluation?.accuracy ?? 0) > 0.5, `accuracy ${evaluation?.accuracy} of a ${role}`)
    assert.equal(evaluation?.step, steps)
    assert.deepEqual([outsideProof, failure], [isOutside, undefined])
  }
}

interface Counted {
  /** What the members that attack do, by their place among all, servers first: where that changes how much is said. */
  readonly attacks?: ReadonlyMap<number, string>
  /** Payload that is for all, and so pulled: on a busy machine from two members at once, now and then. */
  readonly pulled: number
  /** What is said to an attacker in the end: nobody waits until it has it. */
  readonly unheard: number
}

/** All payload that members say and hand over in the simulator, the trained model too: the same swarm, another learner. */
async function simulatedBytes(
  settings: SwarmSettings,
  attacks: ReadonlyMap<number, string>,
): Promise<number> {
  let bytes = 0
  await runSimulatedSwarm({
    ...planOf(settings),
    protocol: protocolOf(settings),
    ...{
      seed: 1,
      steps,
      deadlineMs: settings.synchrony.deadlineMs,
      missLimit: settings.synchrony.missLimit,
      measure: 'nothing',
    },
    learner: () =>
      quadraticLearner({
        center: new Float32Array(dimension).fill(0.01),
        schedule: { kind: 'constant', rate: 0.1 },
      }),
    attacks: new Map([...attacks].map(([position, attack]) => [position, parseAttack(attack)])),
    onTrace: (line) => {
      bytes += Number(line.split(' ')[5])
    },
  })
  return bytes
}

/**
 * All that crossed the sockets, handshakes, admission, gossip, signatures and framing included: at least the payload that the
 * simulator counts for the same swarm, but for what an attacker may not have fetched any more; at most a twentieth more, and
 * what was pulled twice.
 */
async function assertFraming(
  { directory }: Swarm,
  endings: readonly Ending[],
  { attacks = new Map(), pulled, unheard }: Counted,
): Promise<void> {
  const settings = await readSwarmFile(join(directory, 'swarm.yaml'))
  const { cost, text } = protocolOf(settings)
  const payload = await simulatedBytes(settings, attacks)
  if (attacks.size === 0) {
    const trained =
      payload -
      Array.from({ length: steps }, (_, i) => cost(planOf(settings), i + 1).bytes).reduce((a, b) => a + b)
    assert.ok(trained >= 0 && trained % vector === 0, `${text}: ${trained} bytes beside the formula's`)
  }
  const sent = endings.reduce((sum, { bytesOut }) => sum + bytesOut, 0)
  const counted = `${text}: ${sent} bytes were sent for ${payload} of payload`
  assert.ok(sent >= payload - unheard, counted)
  assert.ok(sent < 1.05 * payload + pulled, counted)
}

test('AggregaThor: the founder serves, five workers train, and what one of them forges changes nothing', async () => {
  const swarm = await startSwarm(
    6,
    [...common, 'n=5', 'f=1', 'agreement.protocol=aggregathor', 'agreement.rule=multikrum'],
    [[], [], [], [], [], ['--attack', 'ipm:tau=10']],
  )
  const [server, ...workers] = await ended(swarm, [5])
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
  // Its vectors are finite and there, and Multi-Krum leaves them out.
  assert.equal(missed, 0)
  assert.match(
    swarm.peers[0]?.output ?? '',
    /aggregathor.*: n = 5 beside 1 server, f = 1, multikrum on gradients/,
  )
  assert.match(swarm.peers[1]?.errors ?? '', /the swarm is complete .*role=worker/)
  await assertFraming(swarm, [server, ...workers, liar], {
    pulled: (steps + 1) * 5 * vector,
    unheard: vector,
  })
})

test('DRACO: whoever is named serves, and a worker that computes other gradients is found out at every step', async () => {
  const swarm = await startSwarm(
    4,
    [...common, 'n=3', 'f=1', 'agreement.protocol=draco:code=cyclic'],
    [[], [], [], ['--attack', 'sign-flip:scale=10']],
    { server: [1] },
  )
  const reports = await ended(swarm, [3])
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
  await assertFraming(swarm, reports, { pulled: (steps + 1) * 3 * vector, unheard: vector })
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
  const reports = await ended(swarm, [5])
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
  const last = new Map([[5, 'silent']])
  await assertFraming(swarm, reports, { attacks: last, pulled: steps * 5 * vector, unheard: vector })
})

test('ByzSGD: a server says rubbish for models, a worker forges gradients, and the other servers agree and learn', async () => {
  const [lyingServer, lyingWorker] = [4, 8]
  const swarm = await startSwarm(
    9,
    [...common, 'n=4', 'f=1', 'agreement.protocol=byzsgd', 'agreement.rule=mda'],
    // The line that the founder prints lets the others accept it too.
    [['--outside-proof'], [], [], [], ['--attack', 'garbage'], [], [], [], ['--attack', 'ipm:tau=10']],
    { server: [lyingServer], worker: [5, 6, 7, lyingWorker] },
  )
  const reports = await ended(swarm, [lyingServer, lyingWorker])
  const [liar, forger] = [reports[lyingServer], reports[lyingWorker]]
  const honest = reports.filter((report) => report !== liar && report !== forger)
  assert.ok(liar && forger && liar.modelPath === undefined && forger.modelPath === undefined)
  assert.deepEqual(rolesOf(reports), [
    ...Array.from({ length: 5 }, () => 'server'),
    ...Array.from({ length: 4 }, () => 'worker'),
  ])
  assertLearnt(honest, true)
  const [first, ...others] = await Promise.all(honest.map(modelOfReport))
  assert.ok(first)
  // Each takes the median of the models that it gathered, and so of the same where nobody was late.
  for (const model of others)
    assert.ok(distance(model, first) < 0.01 * distance(first), `${distance(model, first)}`)
  for (const { role, faults } of honest) {
    const [fault, ...more] = faults.filter(({ code }) => code.startsWith('CODEC_'))
    assert.deepEqual([fault?.peer, fault?.code, more], [liar.peer, 'CODEC_NOT_FINITE', []], role)
  }
  await assertFraming(swarm, reports, { pulled: 0, unheard: (4 + 5) * vector })
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
