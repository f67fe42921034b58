import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportOf, startSwarm } from './daemons.ts'

const steps = 8
const settings = [
  'f=1',
  `training.steps=${steps}`,
  'training.learningRate.rate=1',
  'synchrony.policy=reliable',
  'agreement.rule=trmean',
  'agreement.profile=proven',
]

test('four daemons learn over reliable broadcast, without a deadline, although one tells each half something else', async () => {
  const { peers, data } = await startSwarm(4, settings, [[], [], [], ['--attack', 'equivocate']])
  const honest = [0, 1, 2]
  for (const i of honest) await peers[i]?.succeeds()
  for (const {
    step,
    evaluation,
    gradient,
    model,
    unprovenRounds,
    outsideProof,
    faults,
    standing,
  } of await Promise.all(honest.map((i) => reportOf(data[i] as string)))) {
    assert.equal(step, steps)
    assert.equal(outsideProof, false)
    assert.match(standing, /n = 4, f = 1, u = 0: proven/)
    assert.equal(unprovenRounds, 0)
    // ceil(log2 8) = 3 halvings by a factor of 1/2, and sqrt(h - 1) = sqrt(2) for the diameter: 4 exchanges, and 2.
    assert.deepEqual([gradient?.rounds, model?.rounds], [4, 2])
    for (const { late, factor } of [...(gradient?.exchanges ?? []), ...(model?.exchanges ?? [])])
      assert.deepEqual([late, factor], [0, 0.5])
    // Guessing gets 0.1 right.
    assert.ok((evaluation?.accuracy ?? 0) > 0.2, `accuracy ${evaluation?.accuracy}`)
    const codes = faults.map(({ code }) => code)
    assert.ok(codes.includes('MESH_EQUIVOCATION'))
    // A member that serves a copy of what the liar told it breaks no protocol.
    assert.ok(!codes.includes('PULL_BAD_FRAME'))
  }
})
