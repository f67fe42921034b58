import assert from 'node:assert/strict'
import type { Pending, Schedule } from '../../src/sim/chosen-line.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { chatter, heardWithin, note, swarm } from './helpers.ts'
import { seeded } from './seeded.ts'

seeded('the adversary chooses what arrives next', async ({ seed, watch }) => {
  const newestFirst: Schedule = (pending) => pending.length - 1
  const world = watch(swarm({ n: 2, seed, asynchronous: { schedule: newestFirst } }))
  const heard = await heardWithin(world, 100, async () => {
    for (const hop of [0, 1, 2, 3]) await world.meshes[0]?.publish(note(1, hop), Uint8Array.of(hop))
  })
  assert.deepEqual(
    heard.map(({ hop }) => hop),
    [3, 2, 1, 0],
  )
})

seeded('it sees who sends what to whom, and not a byte of it', async ({ seed, watch }) => {
  const seen: Pending[] = []
  const schedule: Schedule = (pending) => {
    seen.push(...pending)
    return 0
  }
  const world = watch(swarm({ n: 2, seed, asynchronous: { schedule } }))
  await heardWithin(world, 10, async () => {
    await world.meshes[0]?.publish(note(1), Uint8Array.of(9))
  })
  assert.deepEqual(seen, [{ via: 'p000', to: 'p001', from: 'p000', tagText: '1/note/value/0' }])
})

seeded(
  'it is fair: whoever is passed over for ever is heard after so many choices',
  async ({ seed, watch }) => {
    const patience = 30
    /** Anybody but member 0, for as long as there is anybody else. */
    const starve: Schedule = (pending) =>
      Math.max(
        0,
        pending.findIndex(({ via }) => via !== 'p000'),
      )
    const world = watch(swarm({ n: 3, seed, asynchronous: { schedule: starve, patience } }))
    const heard = await heardWithin(world, 300, async () => {
      await world.meshes[0]?.publish(note(1), Uint8Array.of(0))
      for (let hop = 0; hop < 100; hop++) await world.meshes[1]?.publish(note(1, hop), Uint8Array.of(1))
    })
    assert.equal(heard.length, 2 + 200)
    // One choice a millisecond; two messages of member 0, of which the second has one older before it.
    for (const { from, atMs } of heard) if (from === 'p000') assert.ok(atMs <= patience + 2, `${atMs} ms`)
  },
)

seeded(
  'every order delivers everything: a run under random schedules ends',
  async ({ seed, watch }) => {
    const random = seededRandom(seed, 'schedule')
    const world = watch(
      swarm({ n: 4, seed, asynchronous: { schedule: (pending) => random.below(pending.length) } }),
    )
    await chatter(world)
  },
  { seeds: [1, 2, 3, 4, 5, 6, 7, 8] },
)

seeded('a schedule that chooses what is not there is refused', async ({ seed }) => {
  for (const choice of [-1, 1, 0.5, Number.NaN]) {
    const world = swarm({ n: 2, seed, asynchronous: { schedule: () => choice } })
    await world.meshes[0]?.publish(note(1), Uint8Array.of(1))
    await assert.rejects(world.clock.until(new Promise(() => {})), { code: 'SIM_BAD_CHOICE' })
  }
})
