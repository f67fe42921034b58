import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exponential, logNormal } from '../../src/sim/latency.ts'
import { payloadDigest } from '../../src/sim/payload-digest.ts'
import { Reach } from '../../src/sim/reach.ts'
import type { TraceSink } from '../../src/sim/trace.ts'
import { hashOfTrace } from '../../src/sim/trace-lines.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { chatter, heardWithin, note, swarm } from './helpers.ts'
import { seeded } from './seeded.ts'

/** A run with everything in it that draws: latencies of two kinds, loss, bandwidth, a partition. */
async function eventful(seed: number, onTrace: TraceSink = () => {}): Promise<string> {
  const world = swarm({
    n: 6,
    seed,
    onTrace,
    link: (from) => ({
      latency: from < 3 ? exponential(20, 1) : logNormal(20, 0.7),
      loss: 0.1,
      bytesPerSecond: 1000,
    }),
    partitions: [
      {
        sides: [
          [0, 1],
          [2, 3, 4, 5],
        ],
        fromMs: 20,
        untilMs: 300,
      },
    ],
  })
  await chatter(world)
  return world.trace.hash
}

test('a run has one trace on every engine: its hash is written here', async () => {
  // Made by this test on Node 24.21; Node 22 gives the same.
  assert.equal(await eventful(1), 'e0149aff78544f46')
})

test('the same seed, the same trace; another seed, another', async () => {
  const [once, again, other] = [await eventful(7), await eventful(7), await eventful(8)]
  assert.equal(again, once)
  assert.notEqual(other, once)
})

test('whoever has the lines of a trace can make its hash again', async () => {
  const lines: string[] = []
  const hash = await eventful(7, (line) => lines.push(line))
  assert.equal(hashOfTrace(lines), hash)
  // As they are read from a file.
  assert.equal(hashOfTrace(`${lines.join('\n')}\n`.split('\n')), hash)
  assert.notEqual(hashOfTrace(lines.slice(1)), hash)
  const [first = '', second = '', ...others] = lines
  assert.notEqual(hashOfTrace([second, first, ...others]), hash)
  for (const [from, to] of [
    [/^\d+/, '999'],
    [/p00(\d)>/, 'p009>'],
    [/\/value\//, '/word/'],
    [/[0-9a-f]$/, 'x'],
  ] as const)
    assert.notEqual(hashOfTrace([first.replace(from, to), second, ...others]), hash, `${from}`)
  assert.throws(() => hashOfTrace(['1.000 p000>p001']), { code: 'SIM_BAD_TRACE' })
})

/** Member 0 tells 1 and 2 something each; nobody passes it on. */
async function told(...said: readonly (readonly [number, number])[]): Promise<string> {
  const world = swarm({ n: 3, seed: 1, passesOn: () => false })
  await heardWithin(world, 500, async () => {
    for (const [hop, [toFirst, toSecond]] of said.entries())
      for (const [to, value] of [
        ['p001', toFirst],
        ['p002', toSecond],
      ] as const)
        await world.meshes[0]?.publish(note(1, hop), bytesOf(value), { to: [to] })
  })
  return world.trace.hash
}

const bytesOf = (value: number) => new Uint8Array(Float32Array.of(value).buffer)

test('the hash depends on what was said, and on what was said to whom', async () => {
  const runs: readonly (readonly (readonly [number, number])[])[] = [
    [[1, 1]],
    [[2, 2]],
    [[1.0000001, 1]],
    [[1, 2]],
    [[2, 1]],
    [[1, 3]],
    [[0, 0]],
    [[-0, -0]],
    [
      [1, 1],
      [2, 2],
    ],
    [
      [2, 2],
      [1, 1],
    ],
  ]
  const hashes = await Promise.all(runs.map((said) => told(...said)))
  assert.equal(new Set(hashes).size, runs.length)
  assert.deepEqual(await Promise.all(runs.map((said) => told(...said))), hashes)
})

test('a line of the trace says when, from whom to whom, whose, under which tag, which, how long and what', async () => {
  const lines: string[] = []
  const world = swarm({ n: 2, seed: 1, latency: () => 12.3456, onTrace: (line) => lines.push(line) })
  const [alice, bob] = world.meshes
  await alice?.publish(note(3, 1), new Uint8Array(48))
  const heard = bob
    ?.listen(note(3, 1), { signal: AbortSignal.any([]) })
    [Symbol.asyncIterator]()
    .next()
  await world.clock.until(Promise.resolve(heard))
  const digest = payloadDigest(new Uint8Array(48))
  assert.deepEqual(lines, [`12.346 p000>p001 p000 3/note/value/1 0 48 ${digest}`])
})

seeded('a restarted member that says the same again says the same publication', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 2, seed }))
  await world.meshes[0]?.publish(note(1), Uint8Array.of(1))
  world.crash(0)
  await world.restart(0).publish(note(1), Uint8Array.of(1))
  const listening = world.meshes[1]?.listen({}, { signal: AbortSignal.any([]) })[Symbol.asyncIterator]()
  await world.clock.until(Promise.resolve(listening?.next()))
  assert.deepEqual(world.blames, [])
})

test('reach is a set of members, whatever is added and taken away', () => {
  for (const n of [1, 5, 32, 33, 100]) {
    const random = seededRandom(n, 'reach')
    const reach = new Reach(n)
    const model = new Set<number>()
    for (let i = 0; i < 300; i++) {
      const member = random.below(n)
      const what = random.below(20)
      if (what === 0) {
        reach.addAll()
        for (let all = 0; all < n; all++) model.add(all)
      } else if (what < 8) {
        reach.delete(member)
        model.delete(member)
      } else {
        reach.add(member)
        model.add(member)
      }
      const missing = Array.from({ length: n }, (_, all) => all).filter((all) => !model.has(all))
      assert.deepEqual([...reach.missing()], missing)
      assert.equal(reach.isComplete, missing.length === 0)
      assert.equal(reach.has(member), model.has(member))
    }
  }
})
