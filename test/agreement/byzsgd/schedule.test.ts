/**
 * What nobody can promise of the median: a schedule of deliveries, and one lying server that tells each what it has, keep the
 * servers apart for ever (docs/protocols/byzsgd.md). The same schedule against trimmed mean, with one server more.
 */
import assert from 'node:assert/strict'
import { bytesOf, lying } from '../../../src/attack/misbehave.ts'
import type { Learner } from '../../../src/model/learner.ts'
import { quadraticLearner } from '../../../src/model/quadratic-learner.ts'
import { seeded, seedsUpTo } from '../../sim/seeded.ts'
import { dimension, type Liar, runProtocol } from '../protocol-swarm.ts'

const steps = 30

/** Every server holds 0 or 1 in each coordinate, as `sides` has it; the one after them lies. Nobody learns: the rate is 0. */
async function spreadAfter(
  protocol: string,
  { sides, seed, isScheduled = true }: { sides: readonly number[]; seed: number; isScheduled?: boolean },
) {
  const learners: Learner[] = []
  // For the swarm a liar is whoever has a learner of its own: this one only starts elsewhere.
  const startingAt = (side: number): Liar => ({
    learner() {
      const vector = new Float32Array(dimension).fill(side)
      const learner = quadraticLearner({
        center: vector,
        start: vector,
        schedule: { kind: 'constant', rate: 0 },
      })
      learners.push(learner)
      return learner
    },
  })
  const sideOf = (peer: string) => sides[Number(peer.slice(1))] ?? 0
  const flatterer: Liar = {
    mesh: (mesh) =>
      lying(mesh, async ({ audience, say }) => {
        for (const to of audience)
          await say(bytesOf(new Float32Array(dimension).fill(sideOf(to))), { to: [to] })
      }),
  }
  const liar = sides.length
  const run = await runProtocol({
    ...{ protocol, n: 4, f: 1, rule: 'trmean', policy: 'quorum', steps, seed, rate: 0 },
    liars: new Map([...sides.map((side, i) => [i, startingAt(side)] as const), [liar, flatterer]]),
    // Of the other side every server hears one, and the rest too late; without a schedule, whom chance has it.
    ...(isScheduled && {
      link: (from: number, to: number) => ({ latency: () => latencyMs(sides, from, to) }),
    }),
  })
  const models = await Promise.all(learners.map((learner) => learner.parameters()))
  const values = models.map(([value = Number.NaN]) => value)
  return { world: run.world, spread: Math.max(...values) - Math.min(...values) }
}

/** Those of a server's own side first, then whoever is no honest server, and one of the other side. */
function latencyMs(sides: readonly number[], from: number, to: number): number {
  if (from >= sides.length || to >= sides.length) return 1
  if (sides[from] === sides[to]) return 0.5
  return from === sides.findLastIndex((side) => side !== sides[to]) ? 1 : 20
}

/** With the liar. */
const five = [0, 0, 1, 1]
const six = [0, 0, 0, 1, 1]

seeded(
  'five servers with the median, and six of GuanYu, are as far apart after 30 exchanges as before',
  async ({ seed, watch }) => {
    for (const [protocol, sides] of [
      ['byzsgd', five],
      ['byzsgd:gather=3', five],
      ['guanyu', six],
    ] as const) {
      const { world, spread } = await spreadAfter(protocol, { sides, seed })
      watch(world)
      assert.equal(spread, 1, protocol)
    }
  },
)

// k(1) = 2/3 an exchange at 6 servers, f_s = 1 (docs/PROOFS.md 2).
seeded('six with trimmed mean come together under the same schedule', async ({ seed, watch }) => {
  const protocol = 'byzsgd:servers=6,contract=trmean'
  const { world, spread } = await spreadAfter(protocol, { sides: six, seed })
  watch(world)
  assert.ok(spread <= (2 / 3) ** steps + 1e-6, `${spread}`)
})

seeded(
  'where every quorum has a chance, five servers with the median come together, the liar notwithstanding',
  async ({ seed, watch }) => {
    const { world, spread } = await spreadAfter('byzsgd', { sides: five, seed, isScheduled: false })
    watch(world)
    assert.ok(spread < 1e-3, `${spread}`)
  },
  { seeds: seedsUpTo(5) },
)
