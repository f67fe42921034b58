/** RPEL in the simulator: what liars can do that are pulled from, each asker told what they like, and who is waited for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../../src/agreement/contraction.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { drawOthers } from '../../../src/agreement/rpel/draw.ts'
import { diameter } from '../../../src/gar/spread.ts'
import { f32 } from '../../../src/mesh/codec.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { memberName } from '../../../src/sim/world.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { seeded } from '../../sim/seeded.ts'
import { attackers } from '../attackers.ts'
import {
  dimension,
  farthestFrom,
  type Liar,
  type ProtocolSwarm,
  planOf,
  runProtocol,
} from '../protocol-swarm.ts'

const swarm = {
  protocol: 'rpel',
  n: 20,
  f: 2,
  steps: 20,
  modelRule: 'nnm>trmean',
  deadlineMs: 500,
} satisfies Partial<ProtocolSwarm>

/** Answers each asker as `lie` has it. */
function answering(lie: (asker: PeerId) => Uint8Array | undefined): Liar {
  return { mesh: (mesh) => wrappedMesh(mesh, { offer: (tag) => mesh.offer(tag, lie) }) }
}

const vector = (value: number) => f32(dimension).encode(new Float32Array(dimension).fill(value))
const both = (liar: Liar) => new Map([3, 11].map((position) => [position, liar]))

const attacks = [
  'ipm:tau=10',
  'sign-flip',
  'constant',
  'equivocate',
  'dissensus',
  'alie',
  'mimic',
  'silent',
  'nan',
  'garbage',
]

for (const [i, attack] of attacks.entries())
  seeded(
    `honest models stay near the best, whatever one of fourteen answers: ${attack}`,
    async ({ seed, onTrace }) => {
      const { models, best, world } = await runProtocol({
        ...swarm,
        n: 14,
        f: 1,
        steps: 16,
        seed,
        onTrace,
        liars: attackers(attack, [i]),
      })
      assert.ok(farthestFrom(best, models.values()) < 0.35, `${farthestFrom(best, models.values())}`)
      assert.ok(diameter([...models.values()]) < 0.45, `${diameter([...models.values()])}`)
      assert.ok(world.blames.every(({ peer }) => peer === memberName(i)))
    },
    { seeds: [i + 1] },
  )

test('a liar that tells each asker something else gets no further', async () => {
  const random = seededRandom(1, 'lies')
  const { models, best } = await runProtocol({
    ...swarm,
    liars: both(answering(() => vector(1000 * random.normal()))),
  })
  assert.ok(farthestFrom(best, models.values()) < 0.35)
  const half = answering((asker) => vector(asker < 'p010' ? 100 : -100))
  const split = await runProtocol({ ...swarm, liars: both(half) })
  assert.ok(diameter([...split.models.values()]) < 0.45)
})

test('eight liars where two are declared take the model away, and so do two where none is', async () => {
  const eight = [0, 2, 4, 6, 8, 10, 12, 14]
  const { models, best } = await runProtocol({ ...swarm, liars: attackers('ipm:tau=10', eight) })
  assert.ok(farthestFrom(best, models.values()) > 1)
  const plain = await runProtocol({
    ...swarm,
    f: 0,
    modelRule: 'average',
    liars: attackers('constant', [3, 11]),
  })
  assert.ok(farthestFrom(plain.best, plain.models.values()) > 1)
})

test('what liars push to peers that did not ask is not taken', async () => {
  const pushing: Liar = {
    mesh: (mesh) =>
      wrappedMesh(mesh, {
        offer: (tag, payload) => {
          mesh.offer(tag, payload)
          const others = mesh.members.map(({ peer }) => peer).filter((peer) => peer !== mesh.self)
          mesh.publish(tag, vector(1000), { to: others }).catch(() => {})
        },
      }),
  }
  const honest = await runProtocol({ ...swarm, liars: both({ mesh: (mesh) => mesh }) })
  const pushed = await runProtocol({ ...swarm, liars: both(pushing) })
  for (const [position, model] of pushed.models) assert.deepEqual(model, honest.models.get(position))
})

test('silent peers stall nobody: after some deadlines no puller waits for them any more', async () => {
  const steps = 60
  const { reports } = await runProtocol({ ...swarm, steps, liars: attackers('silent', [3, 11]) })
  for (const [position, mine] of reports.entries()) {
    assert.equal(mine.length, [3, 11].includes(position) ? 0 : steps)
    const waits = mine.filter(({ times }) => times.exchangeMs >= swarm.deadlineMs)
    // Three for each, and some for those that were held up by such waits themselves.
    assert.ok(waits.length <= 10, `${position}: ${waits.length} deadlines`)
    assert.ok(waits.every(({ step }) => step <= 30))
  }
})

test('where too few answer for any rule a peer keeps its own step, says so, and goes on', async () => {
  const ten = Array.from({ length: 10 }, (_, i) => 2 * i)
  const { reports } = await runProtocol({ ...swarm, steps: 5, liars: attackers('silent', ten) })
  const refused = reports.flat().filter(({ refusal }) => refusal !== undefined)
  assert.equal(reports.flat().length, 50)
  assert.ok(refused.length > 0)
  for (const { model, heard = [], missing = [], refusal } of refused) {
    assert.equal(model, undefined)
    assert.ok(heard.length < 5 && heard.length + missing.length === 7, refusal)
  }
})

test('a slow peer is waited for, also where others wait for silent ones', async () => {
  const slow = 5
  const { reports } = await runProtocol({
    ...swarm,
    steps: 40,
    workMs: (member) => () => (member === slow ? 20 : 0),
    liars: attackers('silent', [3, 11]),
  })
  assert.equal(reports[slow]?.filter(({ refusal }) => refusal !== undefined).length, 0)
  const late = reports
    .flat()
    .flatMap(({ model }) => model?.missing ?? [])
    .filter((peer) => peer === memberName(slow))
  // Of some 240 pulls from it.
  assert.ok(late.length < 24, `missing ${late.length} times`)
})

test('a peer draws when its model is fixed: it has offered the model before it asks anybody', async () => {
  const acts: string[] = []
  const watched: Liar = {
    mesh: (mesh) => ({
      ...wrappedMesh(mesh, {
        offer: (tag, payload) => {
          acts.push(`offer ${tag.step}`)
          mesh.offer(tag, payload)
        },
        ask: (peer, tag, options) => {
          acts.push(`ask ${tag.step}`)
          return mesh.ask(peer, tag, options)
        },
      }),
      random: {
        ...mesh.random,
        below: (bound) => {
          acts.push('draw')
          return mesh.random.below(bound)
        },
      },
    }),
  }
  await runProtocol({ ...swarm, steps: 2, liars: new Map([[4, watched]]) })
  const round = (step: number) => [
    `offer ${step}`,
    ...Array.from({ length: 6 }, () => 'draw'),
    ...Array.from({ length: 6 }, () => `ask ${step}`),
  ]
  assert.deepEqual(acts, [...round(1), ...round(2)])
})

test('draws are of others alone, without replacement, as often of each', () => {
  const members = Array.from({ length: 12 }, (_, i) => ({ peer: memberName(i), role: 'peer' }))
  const mesh = { members, self: memberName(4), random: seededRandom(1, 'draws') } as const
  const counts = new Map<PeerId, number>()
  const draws = 4000
  for (let i = 0; i < draws; i++) {
    const drawn = drawOthers(mesh, 5)
    assert.deepEqual(drawn, [...new Set(drawn)].sort())
    assert.equal(drawn.length, 5)
    for (const peer of drawn) counts.set(peer, (counts.get(peer) ?? 0) + 1)
  }
  assert.equal(counts.size, 11)
  assert.ok(!counts.has(memberName(4)))
  const expected = (draws * 5) / 11
  const deviation = Math.sqrt(draws * (5 / 11) * (6 / 11))
  for (const [peer, count] of counts)
    assert.ok(Math.abs(count - expected) < 4 * deviation, `${peer}: ${count}`)
})

test('the guard: an honest majority among what is pulled, a deadline, and nothing is proven of convergence', () => {
  const assess = (
    text: string,
    n: number,
    f: number,
    policy: Policy = 'synchronous',
    modelRule = 'nnm>trmean',
  ) => parseProtocol(text).assess({ ...planOf({ ...swarm, n, f, modelRule }), policy })
  assert.match(
    assess('rpel', 100, 10).sentence,
    /no honest peer pulls from more than 9 liars among 27 in 200 steps/,
  )
  for (const [text, n, f, standing] of [
    ['rpel', 100, 10, 'outside-proof'],
    ['rpel:pulls=15', 100, 10, 'outside-proof'],
    ['rpel:pulls=10', 100, 10, 'impossible'],
    ['rpel:pulls=15', 100, 20, 'impossible'],
    ['rpel', 4, 1, 'outside-proof'],
    ['rpel', 3, 1, 'outside-proof'],
    ['rpel', 2, 1, 'impossible'],
  ] as const)
    assert.equal(assess(text, n, f).standing, standing, `${text}, n = ${n}, f = ${f}`)
  assert.equal(assess('rpel:pulls=15', 100, 10, 'synchronous', 'bulyan').standing, 'impossible')
  assert.equal(assess('rpel', 100, 10, 'quorum').standing, 'impossible')
  assert.equal(assess('rpel', 100, 10, 'reliable').standing, 'impossible')
})
