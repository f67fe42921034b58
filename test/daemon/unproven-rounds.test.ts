import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pauseMs, UnprovenRounds } from '../../src/daemon/unproven-rounds.ts'
import { silentLog } from '../../src/util/log.ts'
import { learnTogether } from '../agreement/swarm.ts'

test('the first round of which nothing is proven is told at once, the others once in a while and with how many there were', async () => {
  // n = 3f+1 with a silent member: it may be honest and late, and u = 1 needs two members more.
  const { reports } = await learnTogether({
    n: 4,
    f: 1,
    seed: 7,
    steps: 6,
    profile: 'practical',
    liars: [() => {}],
  })
  const lines: unknown[] = []
  const clock = { now: 5 }
  const log = { ...silentLog, warn: (...line: unknown[]) => void lines.push(line) }
  const rounds = new UnprovenRounds(log, () => clock.now)
  for (const { step, gradient, model } of reports[0] ?? []) {
    if (step === 6) clock.now += pauseMs
    assert.ok(gradient && model)
    rounds.add(step, 'gradient', gradient)
    rounds.add(step, 'model', model)
  }
  const line = (step: number, more: object) => [
    `step ${step}: nothing is proven of an exchange of gradients that misses 1 vectors which may be honest; it counts as beyond the proof`,
    { code: 'DAEMON_UNPROVEN_ROUND', ...more },
  ]
  // Two rounds a step: the rest of the first five, and the first of the sixth.
  assert.deepEqual(lines, [line(1, {}), line(6, { times: 10 })])
})

test('of rounds that lose nothing, nothing is told', async () => {
  const { reports } = await learnTogether({ n: 4, f: 1, seed: 7, steps: 3, profile: 'practical' })
  const log = { ...silentLog, warn: () => assert.fail('it was told') }
  const rounds = new UnprovenRounds(log)
  for (const { step, model } of reports.flat()) if (model !== undefined) rounds.add(step, 'model', model)
})
