/** Liars among members with roles: what is said to a server alone, what is kept for those who ask, and what is coded. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAttack } from '../../src/attack/attacks.ts'
import { lyingLearner } from '../../src/attack/lying-learner.ts'
import { f32 } from '../../src/mesh/codec.ts'
import type { Mesh, PeerId } from '../../src/mesh/mesh.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { constant } from '../../src/sim/latency.ts'
import { wiretap } from '../../src/sim/wiretap.ts'
import { type SimWorld, simulate } from '../../src/sim/world.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { type Seeded, seeded } from '../sim/seeded.ts'
import { plainAverage } from './helpers.ts'

const codec = f32(1)
const never = new AbortController().signal
const tag = { step: 1, phase: 'gradient', kind: 'value', hop: 0 }
const vote = { ...tag, kind: 'vote' }

/** A server, four workers and, at position 5, a worker that lies. Values are no secret, votes are. */
function swarm({ seed, watch }: Pick<Seeded, 'seed' | 'watch'>): SimWorld {
  return watch(
    simulate({
      n: 6,
      seed,
      roles: ['server', 'worker', 'worker', 'worker', 'worker', 'worker'],
      latency: constant(10),
      describe:
        () =>
        ({ kind }) => ({ maxBytes: 4, codec, audience: 'recipients', isOpen: kind === 'value' }),
    }),
  )
}

function liarIn(world: SimWorld, attack: string, secret = false): Mesh {
  const mesh = world.meshes[5] as Mesh
  return parseAttack(attack).misbehave(mesh, {
    colluders: new Set([mesh.self]),
    rushMs: 100,
    aggregateOf: () => plainAverage,
    ear: (pattern, options) => wiretap(world.network, pattern, options),
    ...(secret && { isLiedAbout: ({ kind }) => kind !== 'word' }),
  })
}

const encoded = (x: number) => codec.encode(Float32Array.of(x))

/** What the server has heard of the liar, 500 ms after workers 1 to 4 said 1 to 4, and the liar 5. */
async function heardByServer(
  seeded: Pick<Seeded, 'seed' | 'watch'>,
  attack: string,
  under = tag,
  secret = false,
): Promise<number | undefined> {
  const world = swarm(seeded)
  const server = world.meshes[0] as Mesh
  const to = [server.self]
  const over = new AbortController()
  let heard: number | undefined
  const listening = (async () => {
    for await (const { from, payload } of server.listen(under, { signal: over.signal }))
      if (from === world.meshes[5]?.self) heard = new Float32Array(payload.slice().buffer)[0]
  })()
  const saying = world.meshes.slice(1, 5).map((mesh, i) => mesh.publish(under, encoded(i + 1), { to }))
  saying.push(liarIn(world, attack, secret).publish(under, encoded(5), { to }))
  await world.clock.until(Promise.all([...saying, server.clock.sleep(500)]))
  over.abort()
  await listening
  return heard
}

seeded('what is said to a server alone is forged from what honest workers said to it', async (seeded) => {
  assert.equal(await heardByServer(seeded, 'sign-flip:scale=10'), -25)
  assert.equal(await heardByServer(seeded, 'silent'), undefined)
  assert.equal(await heardByServer(seeded, 'equivocate:scale=3'), 15)
  assert.equal(await heardByServer(seeded, 'constant:value=7'), 7)
})

seeded(
  'what is secret is not overheard, and votes are kept back only where they are all that is said',
  async (seeded) => {
    assert.equal(await heardByServer(seeded, 'sign-flip:scale=10', vote), 5)
    assert.equal(await heardByServer(seeded, 'silent', vote), 5)
    assert.equal(await heardByServer(seeded, 'silent', vote, true), undefined)
  },
)

seeded(
  'what is kept for those who ask is forged from what others answer, for each asker its own where the attack has it so',
  async (seeded) => {
    const ask = async (attack: string, askers: readonly number[]) => {
      const world = swarm(seeded)
      for (const [i, mesh] of world.meshes.slice(1, 5).entries()) mesh.offer(tag, encoded(i + 1))
      liarIn(world, attack).offer(tag, encoded(5))
      const liar = world.meshes[5]?.self as PeerId
      const answers = askers.map(async (position) => {
        const mesh = world.meshes[position] as Mesh
        const answer = await mesh.ask(liar, tag, { signal: never })
        return new Float32Array(answer.slice().buffer)[0]
      })
      return world.clock.until(Promise.all(answers))
    }
    assert.deepEqual(await ask('sign-flip:scale=10', [1, 2]), [-25, -25])
    // The first half of the others, the server among them, and the second.
    assert.deepEqual(await ask('equivocate:scale=2', [1, 4]), [10, -10])
  },
)

seeded('whoever asks a silent liar waits in vain', async (seeded) => {
  const world = swarm(seeded)
  liarIn(world, 'silent').offer(tag, encoded(5))
  const asked = (world.meshes[1] as Mesh).ask(world.meshes[5]?.self as PeerId, tag, { signal: never })
  await assert.rejects(world.clock.until(asked), { code: 'SIM_STALLED' })
})

test('a lying learner forges its gradient from the honest ones that it knows, and follows its protocol otherwise', async () => {
  const learner = quadraticLearner({
    center: Float32Array.of(1, 2),
    schedule: { kind: 'constant', rate: 0.5 },
  })
  const forge = parseAttack('sign-flip:scale=2').forgeAlone?.()
  assert.ok(forge !== undefined)
  const knowledge = { liars: 1, rank: 0, aggregate: plainAverage, random: seededRandom(1) }
  const alone = lyingLearner(learner, forge, knowledge)
  // At 0 the gradient is minus the center, and -2 times that is said.
  assert.deepEqual(await alone.gradient({ step: 1 }), Float32Array.of(2, 4))
  const honest = () => [Float32Array.of(1, 1), Float32Array.of(3, 3)]
  const knowing = lyingLearner(learner, forge, { ...knowledge, honest })
  assert.deepEqual(await knowing.gradient({ step: 1 }), Float32Array.of(-4, -4))
  await knowing.apply(Float32Array.of(2, 2), 1)
  assert.deepEqual(await knowing.parameters(), Float32Array.of(-1, -1))
})
