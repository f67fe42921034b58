import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordingBeginning } from '../../src/daemon/beginning.ts'
import { bytes } from '../../src/mesh/codec.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { simulate } from '../../src/sim/world.ts'

const word = Uint8Array.of(1)
const tagAt = (step: number, hop = 0) => ({ step, phase: 'note', kind: 'word', hop })

/** One of two members, whose words reach `heard` with the number of records that were made by then. */
function member(record: () => Promise<void>) {
  const describe = () => () => ({ maxBytes: 8, codec: bytes, audience: 'all' }) as const
  const { meshes } = simulate({ n: 2, seed: 1, describe })
  const inner = meshes[0] as Mesh
  const said: number[] = []
  const spied: Mesh = Object.assign(Object.create(inner), {
    publish: async (tag: { readonly step: number }) => void said.push(tag.step),
    offer: (tag: { readonly step: number }, payload: Uint8Array) =>
      void said.push(tag.step, ...(payload as Uint8Array)),
  })
  return { said, mesh: recordingBeginning(spied, record) }
}

test('that learning began is recorded once, before the first word of a step is said and not before', async () => {
  const written = Promise.withResolvers<void>()
  let records = 0
  const { said, mesh } = member(() => {
    records++
    return written.promise
  })
  await mesh.publish(tagAt(0), word)
  assert.deepEqual([records, said], [0, [0]])

  const publishing = [mesh.publish(tagAt(1), word), mesh.publish(tagAt(1, 1), word)]
  await Promise.resolve()
  assert.deepEqual([records, said], [1, [0]])
  written.resolve()
  await Promise.all(publishing)
  await mesh.publish(tagAt(2), word)
  assert.deepEqual([records, said], [1, [0, 1, 1, 2]])
})

test('a peer that cannot record that it began says nothing of any step', async () => {
  const { said, mesh } = member(() => Promise.reject(new Error('disk full')))
  for (const step of [1, 2]) await assert.rejects(mesh.publish(tagAt(step), word), /disk full/)
  assert.deepEqual(said, [])
})

test('nobody is given what is offered in a step before it is recorded that learning began, and then as it was offered', async () => {
  const written = Promise.withResolvers<void>()
  const { said, mesh } = member(() => written.promise)
  const payload = Uint8Array.of(7)
  mesh.offer(tagAt(1), payload)
  payload[0] = 8
  mesh.offer(tagAt(1), Uint8Array.of(9))
  await Promise.resolve()
  assert.deepEqual(said, [])
  written.resolve()
  await mesh.publish(tagAt(1, 1), word)
  mesh.offer(tagAt(2), word)
  assert.deepEqual(said, [1, 7, 1, 9, 1, 2, 1])
})
