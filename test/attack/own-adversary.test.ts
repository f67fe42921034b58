import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { ownAdversary } from '../../src/attack/own-adversary.ts'
import { play, type Script } from '../../src/attack/script.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm, type SimulatedSwarmOptions } from '../../src/scenario/simulated-swarm.ts'
import { swarm } from '../sim/helpers.ts'

function run(
  attacks: ReadonlyMap<number, ReturnType<typeof ownAdversary>>,
  options: Partial<SimulatedSwarmOptions> = {},
) {
  return runSimulatedSwarm({
    seed: 1,
    n: 5,
    f: 0,
    steps: 4,
    rule: parseRule('average'),
    modelRule: parseRule('average'),
    learner: () =>
      quadraticLearner({ center: Float32Array.of(1, 1), schedule: { kind: 'constant', rate: 0.2 } }),
    attacks,
    ...options,
  })
}

test('attackers that have one script are moved by one run of it, and know the others', async () => {
  const runs: (readonly string[])[] = []
  const honest: (readonly string[])[] = []
  const noting: Script = async (world) => {
    runs.push(world.liars.map(({ self }) => self))
    honest.push(world.honest)
    for await (const { liar, tag, payload } of world.intents()) await liar.say(tag, payload)
  }
  const [both, alone] = [ownAdversary('both', noting), ownAdversary('alone', noting)]
  await run(
    new Map([
      [1, both],
      [2, alone],
      [4, both],
    ]),
  )
  assert.deepEqual(runs, [['p001', 'p004'], ['p002']])
  assert.deepEqual(honest, [
    ['p000', 'p003'],
    ['p000', 'p003'],
  ])
})

test('what a script throws is told with its name, and ends the run', async () => {
  const failing: Script = async ({ intents }) => {
    for await (const { liar, tag, payload } of intents()) {
      if (tag.step === 2) throw new RangeError('no more lies')
      await liar.say(tag, payload)
    }
  }
  await assert.rejects(
    run(new Map([[4, ownAdversary('weak', failing)]])),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'ATTACK_SCRIPT_FAILED')
      assert.match(error.message, /weak failed: no more lies/)
      return error.cause instanceof RangeError
    },
  )
})

test('a script that fails of the end of its run has not failed', async () => {
  const { meshes } = swarm({ n: 2, seed: 1 })
  const over = new AbortController()
  const { signal } = over
  const late = ownAdversary('late', async (world) => {
    for await (const _ of world.intents());
    throw new Error('the mesh is closed')
  })
  const [liar] = meshes
  assert.ok(liar && late.script)
  const { done } = play(late.script, [liar], { colluders: new Set([liar.self]), signal })
  over.abort()
  await done
})

test('where members pull, a script decides what the liar answers whom', async () => {
  const told = new Set<string>()
  const lying: Script = async ({ intents }) => {
    for await (const { liar, tag, payload, means } of intents()) {
      assert.equal(means, 'kept')
      const lie = new Uint8Array(new Float32Array(payload.slice().buffer).map(() => 1000).buffer)
      liar.offer(tag, (asker) => {
        told.add(asker)
        return asker === 'p000' ? lie : payload
      })
    }
  }
  const protocol = parseProtocol('rpel:pulls=4')
  const { models, blames } = await run(new Map([[4, ownAdversary('lying', lying)]]), { protocol })
  assert.deepEqual([...told].sort(), ['p000', 'p001', 'p002', 'p003'])
  // Everybody pulls the four others, so the one who was lied to passes it on from the next step on.
  const far = [...models].filter(([, [x = 0]]) => x > 10).map(([position]) => position)
  assert.ok(far.includes(0), JSON.stringify([...models]))
  assert.deepEqual(blames, [])
})
