/** Where a worker's next model comes from, by what servers have for those who ask. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeReplicated } from '../../../src/agreement/byzsgd/describe.ts'
import { StepTimer } from '../../../src/agreement/byzsgd/step-timer.ts'
import { LipschitzFilter } from '../../../src/agreement/liubei/lipschitz-filter.ts'
import { pullModel } from '../../../src/agreement/liubei/pull-model.ts'
import { parseAgreementRule } from '../../../src/agreement/rule.ts'
import { modelTag } from '../../../src/agreement/tags.ts'
import { Attendance } from '../../../src/mesh/attendance.ts'
import { f32 } from '../../../src/mesh/codec.ts'
import { constant } from '../../../src/sim/latency.ts'
import { simulate } from '../../../src/sim/world.ts'

const dimension = 2
/** The worker stood at 0, where its gradient was -1, and guesses 1, in the first coordinate. */
const own = {
  step: 1,
  gradient: Float32Array.of(-1, 0),
  guess: Float32Array.of(1, 0),
  length: 1,
  reach: 1,
}

/** Pulls where the four servers, in the order in which they are asked, have these first coordinates; absent: nothing. */
async function pulled(models: readonly (number | undefined)[]) {
  const world = simulate({
    n: 5,
    seed: 1,
    describe: () => describeReplicated(dimension),
    latency: constant(10),
  })
  const servers = world.meshes.slice(0, 4)
  for (const [i, x] of models.entries())
    if (x !== undefined) servers[i]?.offer(modelTag(2), f32(dimension).encode(Float32Array.of(x, 0)))
  const worker = world.meshes[4]
  assert.ok(worker !== undefined)
  const lipschitz = new LipschitzFilter({ servers: 4, serverF: 1, window: 10 })
  // Then k, which is |x - 1| where the gradient at x is x - 2, may be 1 at most.
  for (const k of [1, 1, 1, 9]) lipschitz.keep(k)
  const rule = parseAgreementRule('median')
  const attendance = new Attendance(2)
  const result = await world.clock.until(
    pullModel(worker, own, {
      ...{ n: 5, f: 1, late: 0, policy: 'synchronous', profile: 'practical', rule, modelRule: rule },
      ...{ dimension, steps: 9, gather: 10, serverF: 1, contract: rule, filters: 'both', lipschitz },
      ...{ wait: { policy: 'quorum' }, deadlineMs: 100, patienceMs: 700, attendance, turn: 3 },
      servers: servers.map(({ self }) => self),
      timer: new StepTimer(worker.clock),
      gradientAt: async ([x = 0]) => Float32Array.of(x - 2, 0),
      signal: new AbortController().signal,
    }),
  )
  return {
    ...result,
    x: result.theta[0],
    ms: world.clock.now(),
    debts: servers.map(({ self }) => attendance.debtOf(self)),
  }
}

test('the first model that passes is taken, and nobody else is asked', async () => {
  const { x, origin, asked, gradient, ms } = await pulled([1.5, 3, 3, 3])
  assert.deepEqual([x, origin, asked, ms], [1.5, 'one', 1, 20])
  assert.deepEqual(gradient, Float32Array.of(-0.5, 0))
})

test('what is rejected is asked of the next, at once', async () => {
  const { x, origin, asked, rejections, ms } = await pulled([1e4, 2, 2, 2])
  assert.deepEqual([x, origin, asked, rejections, ms], [2, 'one', 2, ['too far'], 40])
})

test('what f_s + 1 servers say alike is taken, although it is too steep', async () => {
  const { x, origin, asked, rejections } = await pulled([4, 4, 2, 2])
  assert.deepEqual([x, origin, asked, rejections], [4, 'alike', 2, ['too steep']])
})

test('where f_s + 1 different models are rejected, the median of servers - f_s is taken', async () => {
  const { x, origin, asked, rejections } = await pulled([4, 5, 4.5, undefined])
  assert.deepEqual([x, origin, asked, rejections], [4.5, 'all', 4, ['too steep', 'too steep']])
})

test('a silent server costs a deadline, and is noted', async () => {
  const { x, origin, asked, ms, debts } = await pulled([undefined, 1.5, 2, 2])
  assert.deepEqual([x, origin, asked, ms, debts], [1.5, 'one', 2, 120, [1, 0, 0, 0]])
})

test('where too few answer in time, the worker goes on with its own guess', async () => {
  const nobody = await pulled([undefined, undefined, undefined, undefined])
  assert.deepEqual([nobody.x, nobody.origin, nobody.rejections], [1, 'own', []])
  // Its patience, and a deadline for all.
  assert.equal(nobody.ms, 700 + 100)
  const two = await pulled([4, 5, undefined, undefined])
  assert.deepEqual([two.x, two.origin, two.rejections], [1, 'own', ['too steep', 'too steep']])
})
