/** Self-centred gossip in the simulator: liars of the table of attacks among neighbours, silence, lateness, and the guard. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../../src/agreement/contraction.ts'
import { graphOf } from '../../../src/agreement/graph/graphs.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { diameter } from '../../../src/gar/spread.ts'
import { memberName } from '../../../src/sim/world.ts'
import { seeded } from '../../sim/seeded.ts'
import { attackers } from '../attackers.ts'
import { farthestFrom, type ProtocolSwarm, planOf, runProtocol } from '../protocol-swarm.ts'

const names = ['clipped-gossip', 'cs-plus', 'gts'] as const
const swarm = { n: 12, f: 1, steps: 25 } satisfies Partial<ProtocolSwarm>
const attacks = [
  'constant',
  'ipm:tau=10',
  'equivocate',
  'dissensus:epsilon=3',
  'nan',
  'alie',
  'garbage',
  'silent',
]

for (const name of names)
  for (const [i, attack] of attacks.entries()) {
    if (name !== 'cs-plus' && i % 2 === 0) continue
    seeded(
      `${name}: honest models stay near the best, whatever one of twelve tells its six neighbours: ${attack}`,
      async ({ seed, onTrace }) => {
        const { models, best, world } = await runProtocol({
          ...swarm,
          protocol: `${name}:degree=6`,
          seed,
          onTrace,
          liars: attackers(attack, [i]),
        })
        assert.ok(farthestFrom(best, models.values()) < 0.45, `${farthestFrom(best, models.values())}`)
        assert.ok(diameter([...models.values()]) < 0.6, `${diameter([...models.values()])}`)
        assert.ok(world.blames.every(({ peer }) => peer === memberName(i)))
      },
      { seeds: [i + 1] },
    )
  }

test('plain averaging with neighbours goes wherever one liar likes', async () => {
  const protocol = 'cs-plus:degree=6,liars=0'
  for (const [attack, harm] of [
    ['ipm:tau=10', 0.8],
    ['constant', 10],
    ['equivocate', 1],
  ] as const) {
    const { models, best } = await runProtocol({ ...swarm, protocol, liars: attackers(attack, [3]) })
    assert.ok(farthestFrom(best, models.values()) > harm, `${attack}: ${farthestFrom(best, models.values())}`)
  }
  const torn = await runProtocol({
    ...swarm,
    protocol: 'cs-plus:graph=complete,liars=0',
    liars: attackers('dissensus:epsilon=3', [3]),
  })
  assert.ok(diameter([...torn.models.values()]) > 10)
})

test('three liars in every neighbourhood where one is declared take the model away', async () => {
  for (const name of names) {
    const protocol = `${name}:graph=complete,liars=1`
    const { models, best } = await runProtocol({
      ...swarm,
      protocol,
      liars: attackers('constant', [0, 4, 8]),
    })
    assert.ok(farthestFrom(best, models.values()) > 10, name)
    const held = await runProtocol({ ...swarm, protocol, liars: attackers('constant', [4]) })
    assert.ok(farthestFrom(held.best, held.models.values()) < 0.45, name)
  }
})

test('neighbours alone hear what a peer says, and all of them', async () => {
  const { trace } = await runProtocol({ ...swarm, steps: 2, protocol: 'cs-plus:degree=4,seed=7' })
  const links = new Set(trace.map((line) => line.split(' ')[1]))
  const graph = graphOf('random', swarm.n, { degree: 4, seed: 7 })
  const expected = graph.flatMap((neighbours, i) =>
    neighbours.map((j) => `${memberName(i)}>${memberName(j)}`),
  )
  assert.deepEqual([...links].sort(), expected.sort())
})

test('a silent peer costs its neighbours three deadlines, and makes nobody give up a slow one', async () => {
  const [liar, slow] = [1, 5]
  const { world, reports } = await runProtocol({
    ...swarm,
    protocol: 'cs-plus:graph=complete',
    steps: 40,
    latency: () => 10,
    workMs: (member) => () => (member === slow ? 20 : 0),
    liars: attackers('silent', [liar]),
  })
  // Each step takes the slow one 80 ms, and 10 ms on the way.
  assert.ok(world.clock.now() <= 3 * 200 + 40 * 90 + 1, `${world.clock.now()} ms`)
  const missing = reports
    .flat()
    .filter(({ step, model }) => step > 10 && model?.missing.includes(memberName(slow)))
  assert.equal(missing.length, 0)
})

seeded(
  'a slow peer whose neighbour is silent is late at others for a while, and is heard again',
  async ({ seed, onTrace }) => {
    const liar = 1
    const graph = graphOf('random', 20, { degree: 8, seed: 1 })
    const slow = graph[liar]?.[0] ?? 0
    const { reports } = await runProtocol({
      n: 20,
      f: 1,
      seed,
      onTrace,
      protocol: 'cs-plus:degree=8',
      steps: 30,
      workMs: (member) => () => (member === slow ? 20 : 0),
      liars: attackers('silent', [liar]),
    })
    const late = reports
      .flat()
      .filter(({ step, model }) => step > 15 && model?.missing.some((peer) => peer !== memberName(liar)))
    assert.equal(late.length, 0)
  },
  { seeds: [1, 2] },
)

test('under a quorum nobody waits for as many neighbours as may be silent', async () => {
  const { models, best, reports } = await runProtocol({
    ...swarm,
    policy: 'quorum',
    protocol: 'cs-plus:degree=6',
    liars: attackers('silent', [2]),
  })
  assert.equal(reports.flat().length, 11 * swarm.steps)
  assert.ok(farthestFrom(best, models.values()) < 0.6)
})

test('the guard: proven where the factor is below 1, and outside the proof wherever nothing is known of the graph', () => {
  const assess = (text: string, n: number, f: number, policy: Policy = 'synchronous', late = 0) =>
    parseProtocol(text).assess({ ...planOf({ ...swarm, protocol: text, n, f, late }), policy })
  for (const [text, n, f, standing] of [
    ['cs-plus:graph=complete', 6, 1, 'proven'],
    ['cs-plus:graph=complete', 5, 1, 'outside-proof'],
    ['cs-plus:graph=complete', 1000, 199, 'proven'],
    ['gts:graph=complete', 10, 1, 'proven'],
    ['gts:graph=complete', 9, 1, 'outside-proof'],
    ['clipped-gossip:graph=complete', 20, 1, 'proven'],
    ['clipped-gossip:graph=complete', 10, 1, 'outside-proof'],
    ['cs-plus:degree=12', 40, 1, 'proven'],
    ['cs-plus', 40, 1, 'outside-proof'],
    ['cs-plus:graph=ring', 12, 1, 'outside-proof'],
    ['cs-plus:graph=ring', 12, 0, 'proven'],
    ['cs-plus:degree=6,liars=0', 12, 1, 'outside-proof'],
    // Three of 40 lie, and no more than one is a neighbour of the same peer, says who set it up.
    ['cs-plus:degree=12,liars=1', 40, 3, 'proven'],
    ['cs-plus:degree=12', 200, 1, 'outside-proof'],
  ] as const)
    assert.equal(assess(text, n, f).standing, standing, `${text}, n = ${n}, f = ${f}`)
  assert.equal(assess('cs-plus:graph=complete', 12, 1, 'quorum').standing, 'outside-proof')
  assert.equal(assess('cs-plus:graph=complete', 12, 1, 'synchronous', 1).standing, 'outside-proof')
  assert.equal(assess('cs-plus:graph=complete', 12, 1, 'reliable').standing, 'impossible')
  assert.match(
    assess('cs-plus:graph=ring', 12, 1).sentence,
    /1 liars among 2 neighbours .* needs neighbours >= 2 liars \+ 1/,
  )
})
