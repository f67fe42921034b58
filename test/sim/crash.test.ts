import assert from 'node:assert/strict'
import { hear, heardWithin, note, swarm } from './helpers.ts'
import { seeded } from './seeded.ts'

const never = new AbortController().signal

seeded('a crashed member hears nothing, says nothing and is seen to be gone', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 3, seed }))
  const [alice, bob, carol] = world.meshes
  const asleep = carol?.clock.sleep(10).then(() => assert.fail('it woke'))
  const held = carol?.clock.hold(Promise.resolve()).then(() => assert.fail('its work was done'))
  world.crash(2)
  const heard = await heardWithin(world, 500, async () => {
    await carol?.publish(note(1, 1), Uint8Array.of(1))
    await alice?.publish(note(1, 2), Uint8Array.of(2))
  })
  assert.deepEqual(
    heard.map(({ from, to }) => `${from}>${to}`),
    ['p000>p001'],
  )
  for await (const present of bob?.presence({ signal: never }) ?? []) {
    assert.deepEqual([...present], ['p000', 'p001'])
    break
  }
  assert.ok(asleep !== undefined && held !== undefined)
})

seeded(
  'one that comes back has forgotten everything, and hears what the others still hold',
  async ({ seed, watch }) => {
    const world = watch(swarm({ n: 3, seed }))
    const [alice, bob, carol] = world.meshes
    const run = async () => {
      await carol?.publish(note(1, 0), Uint8Array.of(0))
      await alice?.publish(note(1, 1), Uint8Array.of(1))
      if (bob !== undefined && carol !== undefined) await Promise.all([hear(bob, {}, 2), hear(carol, {}, 2)])
      world.crash(2)
      await alice?.publish(note(1, 2), Uint8Array.of(2))
      await alice?.publish({ ...note(1, 3), phase: 'share' }, Uint8Array.of(3), { to: ['p002'] })
      await alice?.clock.sleep(500)
      const again = world.restart(2)
      const heard = await hear(again, {}, 3)
      assert.deepEqual(heard.map(({ from, tag }) => `${from} ${tag.hop}`).sort(), [
        'p000 1',
        'p000 2',
        'p000 3',
      ])
      assert.notEqual(again.random.uniform(), carol?.random.uniform())
    }
    await world.clock.until(run())
    assert.deepEqual(world.blames, [])
  },
  { seeds: [1, 2, 3] },
)

seeded(
  'one that says something else after its restart is an equivocator to those who heard it before',
  async ({ seed, watch }) => {
    const world = watch(swarm({ n: 3, seed }))
    const [, bob, carol] = world.meshes
    const run = async () => {
      await carol?.publish(note(1), Uint8Array.of(1))
      if (bob !== undefined) await hear(bob, note(1), 1)
      world.crash(2)
      await world.restart(2).publish(note(1), Uint8Array.of(2))
      await bob?.clock.sleep(500)
    }
    await world.clock.until(run())
    assert.ok(
      world.blames.some(({ by, peer, kind }) => `${by} ${peer} ${kind}` === 'p001 p002 MESH_EQUIVOCATION'),
    )
    for (const { peer } of world.blames) assert.equal(peer, 'p002')
  },
)

seeded('a question to a member that is gone is answered when it is back', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 2, seed }))
  world.crash(1)
  world.clock.after(300, () => world.restart(1).offer(note(1), Uint8Array.of(7)))
  const answer = world.meshes[0]?.ask('p001', note(1), { signal: never })
  assert.deepEqual([...((await world.clock.until(Promise.resolve(answer))) ?? [])], [7])
  assert.ok(world.clock.now() > 300)
})
