import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constant, exponential, type Latency, logNormal, uniform } from '../../src/sim/latency.ts'
import type { Partition } from '../../src/sim/partition.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { chatter, heardWithin, note, swarm } from './helpers.ts'
import { type Seeded, seeded } from './seeded.ts'

const never = new AbortController().signal
const kilobyte = new Uint8Array(1000)

seeded(
  'bytes take their time, and what is sent meanwhile queues on its own link',
  async ({ seed, watch }) => {
    // 1,000 bytes at 10,000 a second are 100 ms on the link, then 5 ms on the way.
    const link = { latency: constant(5), bytesPerSecond: 10_000 }
    const world = watch(swarm({ n: 3, seed, link }))
    const [alice, bob] = world.meshes
    const heard = await heardWithin(world, 1000, async () => {
      await alice?.publish(note(1, 0), kilobyte)
      await alice?.publish(note(1, 1), kilobyte)
      await bob?.publish(note(1, 2), kilobyte)
      await alice?.clock.sleep(150)
      // The second one leaves at 200 ms; the queue is empty again from then on.
      await alice?.publish(note(1, 3), kilobyte.subarray(0, 500))
    })
    const ofAlice = heard.filter(({ from, to }) => from === 'p000' && to === 'p001')
    assert.deepEqual(
      ofAlice.map(({ hop, atMs }) => [hop, atMs]),
      [
        [0, 105],
        [1, 205],
        [3, 255],
      ],
    )
    for (const { atMs } of heard.filter(({ from }) => from === 'p001')) assert.equal(atMs, 105)
  },
)

seeded('links may differ', async ({ seed, watch }) => {
  const link = (from: number) => ({ latency: constant(from === 0 ? 7 : 70) })
  const world = watch(swarm({ n: 2, seed, link }))
  const heard = await heardWithin(world, 100, async () => {
    for (const mesh of world.meshes) await mesh.publish(note(1), kilobyte)
  })
  assert.deepEqual(
    heard.map(({ from, atMs }) => [from, atMs]),
    [
      ['p000', 7],
      ['p001', 70],
    ],
  )
})

seeded(
  'a loss delays by one retransmission, as often as it happens, and nothing is lost for good',
  async ({ seed, watch }) => {
    const link = { latency: constant(10), loss: 0.5, retransmitMs: 100 }
    const world = watch(swarm({ n: 2, seed, link }))
    const [alice] = world.meshes
    const heard = await heardWithin(world, 10_000, async () => {
      for (let hop = 0; hop < 400; hop++) await alice?.publish(note(1, hop), kilobyte)
    })
    assert.equal(heard.length, 400)
    const losses = heard.map(({ atMs }) => (atMs - 10) / 100)
    for (const lost of losses) assert.ok(Number.isInteger(lost), `${lost} retransmissions`)
    // Geometric with mean 1; its standard error over 400 messages is 0.07.
    const mean = losses.reduce((sum, lost) => sum + lost, 0) / losses.length
    assert.ok(mean > 0.7 && mean < 1.3, `${mean} losses a message`)
  },
)

seeded(
  'what is lossy is lost with the probability of the link, and nobody passes it on',
  async ({ seed, watch }) => {
    const world = watch(swarm({ n: 3, seed, link: { loss: 0.25 } }))
    const [alice] = world.meshes
    const heard = await heardWithin(world, 10_000, async () => {
      for (let hop = 0; hop < 400; hop++) await alice?.publish(note(1, hop), kilobyte, { lossy: true })
    })
    // 800 messages, 600 arrive; standard deviation 12.
    assert.ok(heard.length > 550 && heard.length < 650, `${heard.length} of 800 arrived`)
  },
)

seeded('first in, first out is not promised', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 2, seed, latency: uniform(1, 100) }))
  const [alice] = world.meshes
  const heard = await heardWithin(world, 200, async () => {
    for (let hop = 0; hop < 20; hop++) await alice?.publish(note(1, hop), kilobyte)
  })
  const hops = heard.map(({ hop }) => hop)
  assert.equal(hops.length, 20)
  assert.notDeepEqual(
    hops,
    hops.toSorted((a, b) => a - b),
  )
})

seeded(
  'a partition keeps its sides apart until it heals; then everything arrives everywhere, once',
  async ({ seed, watch }) => {
    const partitions = [
      {
        sides: [
          [0, 1],
          [2, 3, 4],
        ],
        fromMs: 50,
        untilMs: 500,
      },
      // Overlaps: members 0 and 2 stay apart a little longer, and hear each other through the rest.
      { sides: [[0], [2]], fromMs: 400, untilMs: 5000 },
    ]
    const world = watch(swarm({ n: 5, seed, latency: uniform(5, 20), partitions }))
    const heard = await heardWithin(world, 1000, async () => {
      await world.meshes[0]?.clock.sleep(100)
      for (const mesh of world.meshes) await mesh.publish(note(1), kilobyte)
    })
    assert.equal(heard.length, 5 * 4)
    const side = (name: string) => (name < 'p002' ? 'left' : 'right')
    for (const { from, to, atMs } of heard)
      assert.equal(atMs >= 500, side(from) !== side(to), `${from} to ${to} at ${atMs} ms`)
  },
  { seeds: [1, 2, 3, 4, 5] },
)

seeded('what is on its way when the link breaks reaches its receiver by another', async ({ seed, watch }) => {
  const link = (from: number, to: number) => ({ latency: constant(from === 0 && to === 2 ? 100 : 10) })
  const partitions = [{ sides: [[0], [2]], fromMs: 50, untilMs: 10_000 }]
  const world = watch(swarm({ n: 3, seed, link, partitions }))
  const heard = await heardWithin(world, 1000, async () => {
    await world.meshes[0]?.publish(note(1), kilobyte)
  })
  assert.deepEqual(
    heard.map(({ to, atMs }) => [to, atMs]),
    [
      ['p001', 10],
      ['p002', 110],
    ],
  )
})

/** When member 0 has the answer of member 1, which takes 10 ms each way where nothing breaks. */
async function answeredAt(
  { seed, watch }: Pick<Seeded, 'seed' | 'watch'>,
  partition: Omit<Partition, 'sides'>,
): Promise<number> {
  const partitions = [{ sides: [[0], [1]], ...partition }]
  const world = watch(swarm({ n: 3, seed, latency: constant(10), partitions }))
  const [alice, bob] = world.meshes
  bob?.offer(note(1), Uint8Array.of(7))
  const answer = await world.clock.until(Promise.resolve(alice?.ask('p001', note(1), { signal: never })))
  assert.deepEqual(answer, Uint8Array.of(7))
  return world.clock.now()
}

seeded(
  'a question or an answer that is on its way when the link breaks arrives when it is back, as all else does',
  async (seeded) => {
    assert.equal(await answeredAt(seeded, { fromMs: 1000, untilMs: 2000 }), 20)
    // Both ways again; the answer alone again.
    assert.equal(await answeredAt(seeded, { fromMs: 5, untilMs: 500 }), 520)
    assert.equal(await answeredAt(seeded, { fromMs: 15, untilMs: 500 }), 510)
    // What breaks while nothing is on its way delays nothing that sets out later.
    assert.equal(await answeredAt(seeded, { fromMs: 2, untilMs: 8 }), 20)
  },
)

seeded(
  'an answer to a process that is gone is not one to what begins in its place',
  async ({ seed, watch }) => {
    const world = watch(swarm({ n: 2, seed, latency: constant(10) }))
    const [alice, bob] = world.meshes
    bob?.offer(note(1), Uint8Array.of(7))
    const old = alice
      ?.ask('p001', note(1), { signal: never })
      .then(() => assert.fail('the dead were answered'))
    world.clock.after(15, () => world.crash(0))
    world.clock.after(100, () => world.restart(0))
    await heardWithin(world, 500, async () => {})
    assert.ok(old !== undefined)
    assert.equal(world.trace.deliveries, 0)
  },
)

seeded('work that a slow member holds takes virtual time', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 2, seed, workMs: (member) => constant(member === 0 ? 0 : 250) }))
  const ended = world.meshes.map(async ({ clock }) => {
    await clock.hold(Promise.resolve())
    return clock.now()
  })
  assert.deepEqual(await world.clock.until(Promise.all(ended)), [0, 250])
})

test('a link that cannot be is refused, with the field and what is allowed', () => {
  for (const link of [{ loss: 1 }, { loss: -0.1 }, { bytesPerSecond: 0 }, { retransmitMs: Number.NaN }])
    assert.throws(() => swarm({ n: 2, seed: 1, link }), { code: 'SIM_BAD_LINK' })
})

/** The quantiles of 4,001 draws. */
function quantiles(latency: Latency): (share: number) => number {
  const random = seededRandom(1, 'latency')
  const draws = Float64Array.from({ length: 4001 }, () => latency(random)).sort()
  return (share) => draws[Math.round(4000 * share)] ?? Number.NaN
}

// Sampling error of a quantile of 4,001 draws is below 5 % of it here.
const distributions: readonly [string, Latency, readonly [share: number, ms: number][]][] = [
  [
    'uniform',
    uniform(10, 50),
    [
      [0.25, 20],
      [0.5, 30],
      [0.75, 40],
    ],
  ],
  // Mean 100: the median is 100 ln 2, the 90th percentile 100 ln 10.
  [
    'exponential',
    exponential(100, 7),
    [
      [0.5, 76.3],
      [0.9, 237.3],
    ],
  ],
  // Median 40, sigma 0.5: one standard deviation up is 40 e^0.5.
  [
    'log-normal',
    logNormal(40, 0.5),
    [
      [0.1587, 24.26],
      [0.5, 40],
      [0.8413, 65.95],
    ],
  ],
]
for (const [name, latency, expected] of distributions)
  test(`${name} latencies have their quantiles`, () => {
    const at = quantiles(latency)
    for (const [share, ms] of expected)
      assert.ok(Math.abs(at(share) / ms - 1) < 0.08, `${share}: ${at(share)} instead of ${ms}`)
  })

seeded('a member that says more changes no time of what the others say', async ({ seed, watch }) => {
  const times = async (extra: number) => {
    const world = watch(swarm({ n: 3, seed, link: { loss: 0.1 } }))
    const heard = await heardWithin(world, 5000, async () => {
      for (let hop = 1; hop <= extra; hop++) await world.meshes[0]?.publish(note(1, hop), kilobyte)
      for (const mesh of world.meshes) await mesh.publish(note(1), kilobyte)
    })
    return heard.filter(({ hop }) => hop === 0)
  }
  assert.deepEqual(await times(5), await times(0))
})

seeded('a thousand members hear each other', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 1000, seed, ticksPerMs: 1 }))
  const say = world.meshes.slice(0, 100).map((mesh) => mesh.publish(note(1), kilobyte))
  const ears = world.meshes.map((mesh) => mesh.listen(note(1), { signal: AbortSignal.any([]) }))
  const counted = ears.map(async (heard) => {
    let count = 0
    for await (const _ of heard) if (++count === 100) return
  })
  await world.clock.until(Promise.all([...say, ...counted]))
  assert.equal(world.trace.deliveries, 100 * 999)
})

seeded(
  'the last lines of the trace are at hand, whether or not anyone asked for it',
  async ({ seed, watch }) => {
    const lines: string[] = []
    const world = watch(swarm({ n: 4, seed, onTrace: (line) => lines.push(line) }))
    await chatter(world)
    assert.ok(lines.length <= 36 && lines.length > 30)
    assert.deepEqual(world.trace.tail(), lines.slice(-40))
  },
)
