/** One round, delivery by delivery, as it was recorded once. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { aggregateTogether } from './swarm.ts'

/** A change here is a change of what is said, or of the simulator. */
const file = new URL('../../traces/two-server.txt', import.meta.url)

test('one round of four workers, one of which is silent, is the recorded one', async () => {
  const lines: string[] = []
  await aggregateTogether({
    ...{ n: 4, f: 1, seed: 5, dimension: 8, rule: 'mda', silent: [3] },
    onTrace: (line) => lines.push(line),
  })
  assert.deepEqual(lines, readFileSync(file, 'utf8').trimEnd().split('\n'))
})
