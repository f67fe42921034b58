/** All-reduce of gradients: the mean of all where all take part, and refused steps where one does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOf } from '../../../src/agreement/baseline/parts.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import type { Tag } from '../../../src/mesh/tag.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import {
  farthestFrom,
  type Liar,
  type ProtocolSwarm,
  planOf,
  runProtocol,
  silent,
} from '../protocol-swarm.ts'
import { bitsOf, descended, distanceOf, pulling } from './descent.ts'

const [steps, rate] = [8, 0.2]
const base = { n: 5, f: 0, steps, rate }
const shapes = ['ring', 'butterfly'] as const
const texts = shapes.map((shape) => `allreduce:shape=${shape}`)

/** Says all but what `isKept` names. */
function keeping(isKept: (tag: Tag) => boolean): Liar {
  return {
    mesh: (mesh: Mesh) =>
      wrappedMesh(mesh, {
        publish: async (tag, payload, options) =>
          isKept(tag) ? undefined : mesh.publish(tag, payload, options),
      }),
  }
}

for (const protocol of texts) {
  seeded(
    `${protocol}: the same bits at all, and those of averaging at a server up to rounding, noise and all`,
    async ({ seed }) => {
      // Six coordinates: one part, parts of three, and seven parts of which one is empty.
      for (const n of [1, 2, 7]) {
        const swarm = { ...base, n, seed, noise: 0.5 }
        const run = await runProtocol({ ...swarm, protocol })
        const atServer = await runProtocol({ ...swarm, protocol: 'ps-average' })
        assert.equal(bitsOf(run.models.values()).size, 1, `n = ${n}`)
        assert.ok(farthestFrom(atServer.models.get(0) ?? [], run.models.values()) < 1e-5, `n = ${n}`)
        assert.ok(run.reports.flat().every(({ refusal }) => refusal === undefined))
      }
    },
    { seeds: seedsUpTo(3) },
  )

  seeded(
    `${protocol}: one liar takes all models where it likes`,
    async ({ seed }) => {
      const run = await runProtocol({ ...base, protocol, seed, liars: new Map([[1, pulling(100)]]) })
      assert.ok([...run.models.values()].every((model) => distanceOf(run.best, model) > 10))
    },
    { seeds: seedsUpTo(3) },
  )

  test(`${protocol}: under deadlines a silent peer has every step refused, and the model stays as it was`, async () => {
    const run = await runProtocol({ ...base, protocol, liars: new Map([[2, silent]]) })
    for (const [position, reports] of run.reports.entries()) {
      if (position === 2) continue
      assert.equal(reports.length, steps)
      for (const { refusal, missing } of reports) {
        assert.match(refusal ?? '', /did not come from p00/)
        assert.equal(missing?.length, 1)
      }
    }
    assert.ok(run.reports[3]?.every(({ missing }) => missing?.[0] === 'p002'))
    assert.ok([...run.models.values()].every((model) => model.every((x) => x === 0)))
  })

  test(`${protocol}: without deadlines a silent peer stalls it for ever`, async () => {
    const liars = new Map([[2, silent]])
    await assert.rejects(runProtocol({ ...base, protocol, policy: 'quorum', liars }), /SIM_STALLED/)
  })

  test(`${protocol}: a silence at the right moment has some refuse what others take, and they go on from there`, async () => {
    // Of the mean, the last parcel in the ring; the one part that is this member's own in the butterfly.
    const isLast = ({ step, kind, hop }: Tag) =>
      step === 5 && kind === 'mean' && hop === (protocol.endsWith('ring') ? base.n - 2 : 0)
    const run = await runProtocol({ ...base, protocol, liars: new Map([[2, keeping(isLast)]]) })
    const refused = run.reports.map((reports) => reports.filter(({ refusal }) => refusal !== undefined))
    const atFive = refused.map((reports) => reports.some(({ step }) => step === 5))
    assert.deepEqual(
      atFive,
      protocol.endsWith('ring') ? [false, false, false, true, false] : [true, true, false, true, true],
    )
    if (protocol.endsWith('ring')) assert.equal(bitsOf(run.models.values()).size, 2)
    // Its deadline over, the one that was refused is late for the others, but not for ever.
    assert.ok(refused.flat().every(({ step }) => step >= 5 && step <= 8))
  })

  test(`${protocol}: what is no vector, or makes a sum of none, refuses the step; nobody honest is blamed`, async () => {
    const spoiling: Liar = {
      mesh: (mesh) =>
        wrappedMesh(mesh, {
          publish: (tag, payload, options) =>
            mesh.publish(tag, tag.kind === 'sum' ? payload.slice().fill(0xff) : payload, options),
        }),
    }
    const huge = pulling(3e38)
    for (const liars of [
      new Map([[2, spoiling]]),
      new Map([
        [1, huge],
        [2, huge],
      ]),
    ]) {
      const { reports, models, world } = await runProtocol({ ...base, protocol, liars })
      const honest = reports.filter((_, position) => !liars.has(position)).flat()
      assert.ok(honest.every(({ refusal }) => refusal !== undefined))
      assert.ok([...models.values()].every((model) => model.every((x) => x === 0)))
      const names = [...liars.keys()].map((position) => `p00${position}`)
      assert.ok(
        world.blames.every(({ peer }) => names.includes(peer)),
        JSON.stringify(world.blames[0]),
      )
    }
  })
}

test('parts cover a vector, without a gap, and differ by one coordinate at most', () => {
  for (const [count, dimension] of [
    [1, 5],
    [3, 6],
    [4, 6],
    [9, 6],
    [7, 1000],
  ] as const) {
    const bounds = Array.from({ length: count }, (_, part) => boundsOf(part, count, dimension))
    assert.equal(bounds[0]?.[0], 0)
    assert.equal(bounds.at(-1)?.[1], dimension)
    for (const [part, [, end]] of bounds.slice(0, -1).entries()) assert.equal(bounds[part + 1]?.[0], end)
    const lengths = bounds.map(([begin, end]) => end - begin)
    assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1)
  }
})

test('a parcel of a part that there is not is not described', () => {
  const swarm: ProtocolSwarm = { ...base, protocol: 'allreduce' }
  const members = Array.from({ length: base.n }, (_, i) => ({ peer: `p00${i}`, role: 'peer' }))
  const describe = parseProtocol('allreduce').describe(planOf(swarm), members)
  const tag = { step: 1, phase: 'gradient', kind: 'sum', hop: 0, part: 0 }
  assert.equal(describe(tag)?.maxBytes, 4)
  assert.equal(describe({ ...tag, part: base.n }), undefined)
  assert.equal(describe({ ...tag, hop: base.n }), undefined)
})

test('averaging at a server is what it comes to without noise', async () => {
  const run = await runProtocol({ ...base, protocol: 'allreduce' })
  assert.ok(farthestFrom(descended(run, rate, steps), run.models.values()) < 1e-5)
})
