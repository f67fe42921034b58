import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../../src/mesh/codec.ts'
import { simulate } from '../../src/sim/world.ts'
import { meshContract } from '../mesh-contract.ts'
import { hear, note, swarm } from './helpers.ts'
import { seeded } from './seeded.ts'

meshContract('simulator', async ({ n, describe, limits }) => {
  const { clock, network, meshes, blames } = simulate({ n, seed: 1, describe, limits })
  const name = (member: number) => meshes[member]?.self ?? ''
  return {
    meshes,
    run: (body) => clock.until(body(), { maxEvents: 1e6 }),
    disconnect: async (a, b) => network.disconnect(name(a), name(b)),
    connect: async (a, b) => network.connect(name(a), name(b)),
    faults: (member) => blames.filter(({ by }) => by === name(member)),
    close: async () => {},
  }
})

/** Everyone says its name in three rounds and waits for all; the trace of the deliveries. */
async function chatter(seed: number): Promise<readonly string[]> {
  const describe = () => () => ({ maxBytes: 64, codec: bytes, audience: 'all' }) as const
  const lines: string[] = []
  const onTrace = (line: string) => lines.push(line)
  const { clock, meshes } = simulate({ n: 5, seed, describe, onTrace })
  const talk = meshes.map(async (mesh) => {
    for (const hop of [0, 1, 2]) {
      const tag = { step: 1, phase: 'note', kind: 'value', hop }
      await mesh.publish(tag, Buffer.from(mesh.self))
      let heard = 0
      const done = new AbortController()
      for await (const _ of mesh.listen(tag, { signal: done.signal })) if (++heard === 5) done.abort()
    }
  })
  await clock.until(Promise.all(talk))
  return lines
}

test('the same seed gives the same trace, another seed another', async () => {
  const [once, again, other] = [await chatter(7), await chatter(7), await chatter(8)]
  assert.equal(once.length, 5 * 4 * 3)
  assert.deepEqual(again, once)
  assert.notDeepEqual(other, once)
})

test('a run in which somebody waits for what never comes ends with SIM_STALLED', async () => {
  const describe = () => () => undefined
  const { clock, meshes } = simulate({ n: 2, seed: 1, describe })
  const [alice, bob] = meshes
  assert.ok(alice !== undefined && bob !== undefined)
  const asked = alice.ask(
    bob.self,
    { step: 1, phase: 'note', kind: 'value', hop: 0 },
    { signal: AbortSignal.any([]) },
  )
  await assert.rejects(clock.until(asked), { code: 'SIM_STALLED' })
})

seeded('the tag of what was said stays what it was, whoever writes to it', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 2, seed }))
  const [alice, bob] = world.meshes
  const own = { ...note(1) }
  await alice?.publish(own, Uint8Array.of(1))
  own.step = 1_000_000
  const [heard] = bob === undefined ? [] : await world.clock.until(hear(bob, note(1), 1))
  assert.deepEqual(heard?.tag, note(1))
  assert.throws(() => Object.assign(heard?.tag ?? {}, { step: 2 }), TypeError)
})

seeded(
  'what a member says is a copy, and where it hands it over the very bytes that all others hear',
  async ({ seed, watch }) => {
    for (const handsOver of [false, true]) {
      const world = watch(swarm({ n: 3, seed, handsOver: (member) => handsOver && member === 0 }))
      const [alice, ...others] = world.meshes
      const payload = Uint8Array.of(1, 2, 3)
      await alice?.publish(note(1), payload)
      const heard = await world.clock.until(Promise.all(others.map((mesh) => hear(mesh, note(1), 1))))
      for (const [delivery] of heard) {
        assert.deepEqual(delivery?.payload, payload)
        assert.equal(delivery?.payload === payload, handsOver)
        assert.equal(delivery?.payload, heard[0]?.[0]?.payload)
      }
    }
  },
)
