import assert from 'node:assert/strict'
import { describeLearn } from '../../src/agreement/describe.ts'
import { meetAfter, meetBefore } from '../../src/agreement/rendezvous.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { uniform } from '../../src/sim/latency.ts'
import { type SimWorld, simulate } from '../../src/sim/world.ts'
import { type Seeded, seeded } from '../sim/seeded.ts'

const never = new AbortController().signal
const describe = describeLearn(1)

function world({ seed, watch }: Pick<Seeded, 'seed' | 'watch'>, n: number): SimWorld {
  return watch(simulate({ n, seed, describe: () => describe, latency: uniform(1, 10) }))
}

const options = (timeoutMs: number) => ({ liars: () => 1, timeoutMs, signal: never })

/** What a member says first once it has begun. */
function begin(mesh: Mesh): Promise<void> {
  mesh.advance(1)
  return mesh.publish(
    { step: 1, phase: 'gradient', kind: 'value', hop: 0 },
    f32(1).encode(Float32Array.of(1)),
  )
}

seeded('learning begins as soon as all are ready', async ({ seed, watch }) => {
  const { clock, meshes } = world({ seed, watch }, 4)
  const missing = await clock.until(Promise.all(meshes.map((mesh) => meetBefore(mesh, options(1000)))))
  assert.deepEqual(missing, [[], [], [], []])
  assert.ok(clock.now() < 50)
})

seeded(
  'a member that loads slowly begins with the others, although a liar never says that it is ready',
  async ({ seed, watch }) => {
    const { clock, meshes } = world({ seed, watch }, 4)
    const begun: number[] = []
    const run = meshes.slice(0, 3).map(async (mesh, i) => {
      if (i === 2) await mesh.clock.sleep(400)
      await meetBefore(mesh, options(1000))
      begun[i] = clock.now()
      await begin(mesh)
    })
    await clock.until(Promise.all(run))
    const [first, last] = [Math.min(...begun), Math.max(...begun)]
    assert.ok(first >= 1000, `${begun}: the liar was not waited for at all`)
    assert.ok(last - first < 50, `${begun}`)
  },
)

seeded('one liar that speaks of step 1 does not make anyone begin', async ({ seed, watch }) => {
  const { clock, meshes } = world({ seed, watch }, 4)
  const liar = meshes[3] as Mesh
  const run = meetBefore(meshes[0] as Mesh, options(1000))
  await begin(liar)
  clock.after(500, () => {
    for (const mesh of meshes.slice(1, 3))
      void mesh.publish({ step: 0, phase: 'ready', kind: 'word', hop: 0 }, Uint8Array.of(1))
  })
  assert.deepEqual(await clock.until(run), [liar.self])
  assert.ok(clock.now() >= 1000)
})

seeded('members that are ready wait until they are connected to each other', async ({ seed, watch }) => {
  const { clock, network, meshes } = world({ seed, watch }, 4)
  const [a, b] = [meshes[0] as Mesh, meshes[1] as Mesh]
  network.disconnect(a.self, b.self)
  clock.after(300, () => network.connect(a.self, b.self))
  await clock.until(Promise.all(meshes.map((mesh) => meetBefore(mesh, options(1000)))))
  assert.ok(clock.now() >= 300, `they began at ${clock.now()} ms, before they were connected`)
})

seeded('a member that is done stays until the others are', async ({ seed, watch }) => {
  const { clock, meshes } = world({ seed, watch }, 4)
  const run = meshes.map(async (mesh, i) => {
    await mesh.clock.sleep(100 * i)
    return meetAfter(mesh, 1, options(1000))
  })
  assert.deepEqual(await clock.until(Promise.all(run)), [[], [], [], []])
  assert.ok(clock.now() < 350)
})

seeded(
  'a member that is done leaves at the timeout, also where fewer than n - f are there',
  async ({ seed, watch }) => {
    const { clock, network, meshes } = world({ seed, watch }, 4)
    for (const here of meshes.slice(0, 2))
      for (const gone of meshes.slice(2)) network.disconnect(here.self, gone.self)
    const run = meshes.slice(0, 2).map((mesh) => meetAfter(mesh, 1, options(1000)))
    await clock.until(Promise.all(run))
    assert.equal(clock.now(), 1000)
  },
)
