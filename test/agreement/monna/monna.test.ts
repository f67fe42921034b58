/** MoNNA in the simulator: what f liars can do, and what f + 2 can. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../../src/agreement/contraction.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { diameter } from '../../../src/gar/spread.ts'
import { isCoded } from '../../../src/util/coded-error.ts'
import { seeded } from '../../sim/seeded.ts'
import { attackers } from '../attackers.ts'
import { farthestFrom, type ProtocolSwarm, planOf, runProtocol } from '../protocol-swarm.ts'

const attacks = [
  'ipm:tau=10',
  'sign-flip',
  'constant',
  'random',
  'equivocate',
  'dissensus',
  'alie',
  'mimic',
  'silent',
  'nan',
  'garbage',
  'delay:ms=120',
]
const swarm = { protocol: 'monna', n: 11, f: 1, steps: 25 } satisfies Partial<ProtocolSwarm>

for (const policy of ['synchronous', 'quorum'] as const)
  for (const [i, attack] of attacks.entries())
    seeded(
      `${policy}: honest models stay together and near the best, whatever one of eleven says: ${attack}`,
      async ({ seed, onTrace }) => {
        const liar = i % 11
        const liars = attackers(attack, [liar])
        const { models, best, world } = await runProtocol({ ...swarm, policy, seed, onTrace, liars })
        assert.ok(farthestFrom(best, models.values()) < 0.25, `${farthestFrom(best, models.values())}`)
        assert.ok(diameter([...models.values()]) < 0.1, `${diameter([...models.values()])}`)
        assert.ok(world.blames.every(({ peer }) => peer === world.meshes[liar]?.self))
      },
      { seeds: [i + 1] },
    )

test('three liars where one is declared take the model away', async () => {
  for (const attack of ['ipm:tau=10', 'constant', 'equivocate']) {
    const { models, best } = await runProtocol({ ...swarm, liars: attackers(attack, [0, 4, 7]) })
    assert.ok(farthestFrom(best, models.values()) > 1, attack)
  }
})

test('with nobody declared it is plain averaging, and one liar takes the model away', async () => {
  const { models, best } = await runProtocol({ ...swarm, f: 0, liars: attackers('ipm:tau=10', [4]) })
  assert.ok(farthestFrom(best, models.values()) > 1)
})

test('a silent peer costs two deadlines, and is then no longer waited for', async () => {
  const steps = 20
  const latency = () => 10
  const { world } = await runProtocol({ ...swarm, steps, latency, liars: attackers('silent', [5]) })
  assert.ok(world.clock.now() <= 2 * 200 + (steps - 2) * 10 + 1, `${world.clock.now()} ms`)
})

test('nnm and arc may stand before the averaging, and hold as well', async () => {
  for (const pre of ['nnm', 'arc'])
    for (const attack of ['sign-flip', 'alie']) {
      const { models, best } = await runProtocol({
        ...swarm,
        protocol: `monna:pre=${pre}`,
        liars: attackers(attack, [2]),
      })
      assert.ok(farthestFrom(best, models.values()) < 0.25, `${pre}, ${attack}`)
    }
})

test('the guard: proven from the least n of the factor, runnable from 3f+1, and not over reliable broadcast', () => {
  const standing = (n: number, f: number, policy: Policy = 'synchronous', late = 0, text = 'monna') =>
    parseProtocol(text).assess({ ...planOf({ ...swarm, n, f, late }), policy }).standing
  assert.equal(standing(11, 1), 'proven')
  assert.equal(standing(10, 1), 'outside-proof')
  assert.equal(standing(4, 1), 'outside-proof')
  assert.equal(standing(3, 1), 'impossible')
  assert.equal(standing(18, 1, 'quorum'), 'proven')
  assert.equal(standing(17, 1, 'quorum'), 'outside-proof')
  assert.equal(standing(21, 2), 'proven')
  assert.equal(standing(21, 2, 'synchronous', 1), 'outside-proof')
  assert.equal(standing(1, 0), 'proven')
  assert.equal(standing(40, 1, 'synchronous', 0, 'monna:pre=nnm'), 'outside-proof')
  assert.equal(standing(40, 1, 'reliable'), 'impossible')
  assert.match(
    parseProtocol('monna').assess(planOf({ ...swarm, n: 10 })).sentence,
    /needs a factor that is proven to be below 1, from n = 11 members/,
  )
})

test('bucketing before the averaging is refused: nobody has a bucket of its own', () => {
  assert.throws(
    () => parseProtocol('monna:pre=bucketing'),
    (error) => isCoded(error, 'AGREEMENT_BAD_PARAMETER'),
  )
})
