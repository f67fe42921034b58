/** How far the others have come, for a member that may be slower than they are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeReplicated } from '../../../src/agreement/byzsgd/describe.ts'
import { Lead } from '../../../src/agreement/byzsgd/lead.ts'
import { gradientTag } from '../../../src/agreement/tags.ts'
import type { Mesh, Step } from '../../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { constant } from '../../../src/sim/latency.ts'
import { simulate } from '../../../src/sim/world.ts'

const signal = new AbortController().signal
const window = 4

/** A member that follows three others, one of whom may lie; `say` has one of them speak of a step, `told` is what its mesh was told. */
function follower() {
  const world = simulate({ n: 4, seed: 1, describe: () => describeReplicated(2), latency: constant(1) })
  const [own, ...others] = world.meshes as unknown as [Mesh, ...Mesh[]]
  const told: Step[] = []
  const mesh = wrappedMesh(own, {
    advance(step) {
      told.push(step)
      own.advance(step)
    },
  })
  const lead = new Lead({ mesh, peers: others.map(({ self }) => self), f: 1, window })
  lead.follow({ phase: 'gradient', kind: 'value', hop: 0 }, { signal })
  const say = async (who: number, step: Step) => {
    await others[who]?.publish(gradientTag(step), new Uint8Array(8), { to: [own.self] })
    await world.clock.until(world.clock.forMember(0, { isOver: false }).sleep(2))
  }
  return { world, lead, told, say }
}

test('a liar alone leads nobody anywhere; f + 1 lead to the step that one of them has reached', async () => {
  const { lead, told, say } = follower()
  await say(0, 4)
  assert.deepEqual([lead.step, told], [0, []])
  await say(1, 3)
  assert.deepEqual([lead.step, told], [3, [3]])
  await say(1, 2)
  await say(2, 3)
  assert.deepEqual([lead.step, told], [3, [3]])
  await say(2, 4)
  assert.deepEqual([lead.step, told], [4, [3, 4]])
})

test('work for a step is given up once the others are further ahead than messages are kept, and not before', async () => {
  const { lead, say } = follower()
  const never = () => new Promise<string>(() => {})
  const work = lead.keepingUp(1, signal, never)
  for (const step of [4, 5]) for (const who of [0, 1]) await say(who, step)
  assert.equal(await Promise.race([work, Promise.resolve('still at work')]), 'still at work')
  for (const who of [0, 1]) await say(who, 6)
  assert.equal(await work, undefined)
  assert.equal(await lead.keepingUp(1, signal, async () => 'done'), undefined)
  assert.equal(await lead.keepingUp(2, signal, async () => 'done'), 'done')
})

test('the mesh is not told while what came in is being read', async () => {
  const { lead, told, say } = follower()
  await lead.holding(async () => {
    for (const who of [0, 1]) await say(who, 3)
    assert.deepEqual(told, [])
  })
  assert.deepEqual(told, [3])
})
