import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../../src/mesh/codec.ts'
import { wrappedMesh } from '../../src/mesh/wrapped-mesh.ts'
import { simulate } from '../../src/sim/world.ts'
import { meshContract } from '../mesh-contract.ts'

meshContract('a wrapped mesh, nothing replaced', async ({ n, describe, limits }) => {
  const { clock, network, meshes, blames } = simulate({ n, seed: 1, describe, limits })
  const name = (member: number) => meshes[member]?.self ?? ''
  return {
    meshes: meshes.map((mesh) => wrappedMesh(mesh, {})),
    run: (body) => clock.until(body(), { maxEvents: 1e6 }),
    disconnect: async (a, b) => network.disconnect(name(a), name(b)),
    connect: async (a, b) => network.connect(name(a), name(b)),
    faults: (member) => blames.filter(({ by }) => by === name(member)),
    close: async () => {},
  }
})

test('what is replaced is replaced, and the mesh below stays as it is', async () => {
  const describe = () => () => ({ maxBytes: 8, codec: bytes, audience: 'all' }) as const
  const [mesh] = simulate({ n: 2, seed: 1, describe }).meshes
  assert.ok(mesh)
  const said: number[] = []
  const wrapped = wrappedMesh(mesh, { publish: async (tag) => void said.push(tag.step) })
  await wrapped.publish({ step: 3, phase: 'note', kind: 'word', hop: 0 }, Uint8Array.of(1))
  assert.deepEqual(said, [3])
  assert.equal(wrapped.self, mesh.self)
  const heard = new AbortController()
  await mesh.publish({ step: 4, phase: 'note', kind: 'word', hop: 0 }, Uint8Array.of(1))
  for await (const { tag } of wrapped.listen({ phase: 'note' }, { signal: heard.signal })) {
    assert.equal(tag.step, 4)
    heard.abort()
  }
  assert.deepEqual(said, [3])
})
