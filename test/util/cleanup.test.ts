import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cleanup } from '../../src/util/cleanup.ts'

test('what was done is undone in reverse, once, and a failure stops nothing', async () => {
  const undone: number[] = []
  const cleanup = new Cleanup()
  for (const i of [1, 2, 3])
    cleanup.add(async () => {
      undone.push(i)
      if (i > 1) throw new Error(`step ${i}`)
    })
  await assert.rejects(cleanup.run(), { message: 'step 3' })
  assert.deepEqual(undone, [3, 2, 1])
  await cleanup.run()
  assert.deepEqual(undone, [3, 2, 1])
})
