import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chatter, swarm } from './helpers.ts'
import { seedsIn, seedsUpTo, underSeed } from './seeded.ts'

test('a failing test says its seed and the last lines of its trace', async () => {
  const failing = underSeed(42, async ({ seed, watch }) => {
    await chatter(watch(swarm({ n: 2, seed })))
    throw new Error('not as expected')
  })
  await assert.rejects(failing, ({ message }: Error) => {
    assert.match(message, /^not as expected\nSEED=42\n/)
    assert.match(message, /\d+\.\d{3} p000>p001 p000 1\/note\/value\/2 0 4/)
    return true
  })
})

test('of a run that keeps its world to itself the last forty lines are shown', async () => {
  const failing = underSeed(42, async ({ onTrace }) => {
    for (let line = 1; line <= 100; line++) onTrace(`line ${line}`)
    throw new Error('not as expected')
  })
  await assert.rejects(failing, ({ message }: Error) => {
    assert.deepEqual(message.split('\n').slice(2, 4), ['the last deliveries:', 'line 61'])
    assert.match(message, /line 100$/)
    return true
  })
})

test('SEED in the environment takes the place of the seeds of a test', () => {
  assert.deepEqual(seedsIn({ SEED: '7' }, [1, 2, 3]), [7])
  assert.deepEqual(seedsIn({}, [1, 2, 3]), [1, 2, 3])
  assert.deepEqual(seedsIn({ SEED: '4294967295' }, [1]), [4294967295])
  assert.deepEqual(seedsUpTo(3), [1, 2, 3])
  for (const SEED of ['abc', '', ' ', '-1', '1.5', '1e3', '0x7', '4294967296', '99999999999'])
    assert.throws(() => seedsIn({ SEED }, [1]), {
      message: `SEED is "${SEED}" and must be a whole number from 0 to 4294967295`,
    })
})

/** What a test file of its own prints, run with `environment`. */
function outputWith(environment: Readonly<Record<string, string>>): string {
  const file = fileURLToPath(new URL('./fails-under-seed-5.ts', import.meta.url))
  // What the test runner tells its own children would make the child report to it.
  const { NODE_TEST_CONTEXT: _, SEED: __, ...inherited } = process.env
  const { stdout } = spawnSync(process.execPath, ['--test-reporter=spec', file], {
    encoding: 'utf8',
    env: { ...inherited, ...environment },
  })
  return stdout
}

test('the seed that a failing test prints, given back, fails it again, delivery by delivery', () => {
  const first = outputWith({})
  const [, seed = ''] = /SEED=(\d+)/.exec(first) ?? []
  assert.equal(seed, '5', first)
  const trace = /the last of \d+ deliveries, trace [0-9a-f]{16}:\n(?:.*p\d{3}>p\d{3}.*\n)+/
  const [told] = trace.exec(first) ?? []
  assert.ok(told !== undefined && told.split('\n').length > 10, first)
  assert.equal(trace.exec(outputWith({ SEED: seed }))?.[0], told)
  assert.doesNotMatch(outputWith({ SEED: '6' }), /SEED=/)
  assert.match(outputWith({ SEED: 'abc' }), /SEED is "abc" and must be a whole number/)
})
