import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AgreementReport, StepReport } from '../../src/agreement/protocol.ts'
import { statusSchema } from '../../src/daemon/status.ts'
import { learnTogether } from '../agreement/swarm.ts'
import { ledger } from './ledgers.ts'

const agreement = (
  heard: string[],
  missing: string[],
  more: Partial<AgreementReport> = {},
): AgreementReport => ({
  rounds: 1,
  heard,
  missing,
  before: new Float32Array(1),
  after: new Float32Array(1),
  spreadBefore: 2,
  spreadAfter: undefined,
  hasShrunk: undefined,
  exchanges: [{ late: 0, factor: 0.5 }],
  unprovenRounds: 0,
  fallbackRounds: 0,
  ...more,
})

const step = (number: number, gradient: AgreementReport, model: AgreementReport): StepReport => ({
  step: number,
  gradient,
  model,
  times: { computeMs: 10, exchangeMs: 30, ruleMs: 5 },
})

test('what a step brought is in the status: who was heard, spreads, rounds beyond the proof', () => {
  const made = ledger()
  const all = ['p1', 'p2', 'p3']
  made.complete(step(1, agreement(all, []), agreement(all, [])), 0)
  const doubtful = { unprovenRounds: 1, fallbackRounds: 1 }
  made.complete(step(2, agreement(['p1', 'p2'], ['p3']), agreement(['p1', 'p2'], ['p3'], doubtful)), 0)
  const status = made.status()
  assert.deepEqual(statusSchema.parse(status), status)
  assert.equal(status.step, 2)
  assert.deepEqual(
    status.members.map(({ peer, lastHeardStep, missed }) => [peer, lastHeardStep, missed]),
    [
      ['p1', 2, 0],
      ['p2', 2, 0],
      ['p3', 1, 2],
    ],
  )
  assert.deepEqual(status.model, {
    before: 2,
    rounds: 1,
    exchanges: [{ late: 0, factor: 0.5 }],
    unproven: 1,
  })
  assert.equal(status.unprovenRounds, 1)
  assert.equal(status.fallbackRounds, 1)
  assert.deepEqual([status.measuredAgreements, status.unshrunkAgreements], [0, 0])
  assert.deepEqual(status.faults, [{ peer: 'p3', code: 'CODEC_NOT_FINITE', count: 2 }])
})

test('whether the spread shrank is told of agreements of several exchanges, and of one there is one spread and no claim', async () => {
  for (const [profile, measured] of [
    ['practical', 0],
    // Models at every step; gradients from the second on, of which the first asks for no halving.
    ['proven', 5 + 4],
  ] as const) {
    const made = ledger()
    const { reports } = await learnTogether({ n: 4, f: 1, seed: 7, steps: 5, profile })
    for (const report of reports[0] ?? []) made.complete(report, 0)
    const status = made.status()
    assert.deepEqual(statusSchema.parse(status), status)
    assert.deepEqual([status.measuredAgreements, status.unshrunkAgreements], [measured, 0], profile)
    const { before = 0, after, shrunk, rounds = 0 } = status.gradient ?? {}
    assert.equal(rounds > 1, measured > 0)
    assert.equal(shrunk, measured === 0 ? undefined : true)
    assert.ok(after === undefined ? measured === 0 : after < before, `${before} -> ${after}`)
  }
})

test('an agreement of several exchanges that left the spread as it was is counted', async () => {
  const made = ledger()
  const { reports } = await learnTogether({ n: 4, f: 1, seed: 7, steps: 1, profile: 'proven' })
  const [report] = reports[0] ?? []
  assert.ok(report?.model !== undefined && report.model.rounds > 1)
  const { spreadBefore } = report.model
  const stuck = { ...report.model, spreadAfter: spreadBefore, hasShrunk: false }
  made.complete({ ...report, model: stuck }, 0)
  const { measuredAgreements, unshrunkAgreements, model } = made.status()
  assert.deepEqual([measuredAgreements, unshrunkAgreements, model?.shrunk], [1, 1, false])
})

test('the time of an exchange is network while bytes are under way and waiting otherwise', () => {
  const made = ledger()
  made.complete(step(1, agreement([], []), agreement([], [])), 12)
  // A transfer can outlast the exchange that it was for.
  made.complete(step(2, agreement([], []), agreement([], [])), 100)
  assert.deepEqual(made.status().times, { compute: 20, network: 42, rule: 10, waiting: 18 })
})

test('who is connected follows presence, and this peer always is', () => {
  const made = ledger()
  made.isPresent(new Set(['p2']))
  assert.deepEqual(
    made.status().members.map(({ self, connected }) => [self, connected]),
    [
      [true, true],
      [false, true],
      [false, false],
    ],
  )
})

test('a stall is shown while it lasts', () => {
  const made = ledger()
  const progress = { step: 1, doing: 'exchange', phase: 'model', waitingFor: ['p2'] } as const
  made.progress({ ...progress, stalled: true })
  assert.equal(made.status().stalled, true)
  assert.equal(made.status().doing, 'exchanging models')
  // BTARD has a phase of several words already.
  made.progress({ ...progress, phase: 'scalars', stalled: true })
  assert.equal(made.status().doing, 'exchanging scalars')
  assert.deepEqual(made.status().waitingFor, ['p2'])
  made.enter('done', 'measuring')
  assert.equal(made.status().stalled, false)
  assert.deepEqual(made.status().waitingFor, [])
})

test('where no vectors are seen, who was heard and who was missing is counted all the same, and so are refused steps', () => {
  const made = ledger()
  const times = { computeMs: 0, exchangeMs: 0, ruleMs: 0 }
  const nothing = { gradient: undefined, model: undefined, times }
  made.complete({ ...nothing, step: 1, heard: ['p2'], missing: ['p3'] }, 0)
  made.complete({ ...nothing, step: 2, refusal: 'more than 1 lie' }, 0)
  const { members, refusedSteps, role } = made.status()
  assert.deepEqual(
    members.map(({ lastHeardStep, missed }) => [lastHeardStep, missed]),
    [
      [0, 0],
      [1, 0],
      [0, 1],
    ],
  )
  assert.deepEqual([refusedSteps, role], [1, 'peer'])
})
