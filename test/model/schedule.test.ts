/** Learning rates by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { learningRate, type Schedule } from '../../src/model/schedule.ts'

function rates(schedule: Schedule, steps: number[]): number[] {
  return steps.map((step) => learningRate(schedule, step))
}

test('constant stays', () => {
  assert.deepEqual(rates({ kind: 'constant', rate: 0.5 }, [1, 2, 1000]), [0.5, 0.5, 0.5])
})

test('step multiplies by its factor after every so many steps, counted from 1', () => {
  const schedule: Schedule = { kind: 'step', rate: 0.8, factor: 0.5, every: 10 }
  assert.deepEqual(rates(schedule, [1, 10, 11, 20, 21]), [0.8, 0.8, 0.4, 0.4, 0.2])
})

test('inverse is the rate at step 1 and falls as 1 / (1 + decay * past)', () => {
  const schedule: Schedule = { kind: 'inverse', rate: 1, decay: 0.5 }
  assert.deepEqual(rates(schedule, [1, 3, 7]), [1, 0.5, 0.25])
})
