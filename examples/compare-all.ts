/**
 * Every protocol on one task: MNIST, twenty members that train, f = 1 and f = 4 (20 %), nobody attacking, IPM, ALIE and
 * equivocation. The number of steps is such that averaging without an attack reaches 0.93 in the same run.
 *
 *     npx node examples/compare-all.ts [directory for results]
 */
import { defineScenario, runComparison } from '../src/index.ts'

const steps = 42

/** Its update is the sum of eight gradients, most of them stale, where others take the mean of twenty: as many gradients in all. */
const ofSums = {
  steps: (steps * 20) / 8,
  learningRate: { kind: 'step', rate: 0.03, factor: 0.4, everySteps: 85 },
} as const

/** DRACO's repetition code needs groups of 2f+1: 21 members are seven of 3, 18 are two of 9. */
const groupsOf3 = 21
const groupsOf9 = 18

const systems = [
  { label: 'parameter server, average', agreement: { protocol: 'ps-average' } },
  { label: 'all-reduce', agreement: { protocol: 'allreduce' } },
  { label: 'gossip, average', agreement: { protocol: 'gossip-average' } },
  { label: 'local SGD', agreement: { protocol: 'local-sgd' } },
  { label: 'AggregaThor, Multi-Krum', agreement: { protocol: 'aggregathor', rule: 'multikrum' } },
  { label: 'AggregaThor, Bulyan', agreement: { protocol: 'aggregathor', rule: 'bulyan-multikrum' } },
  { label: 'Kardam', training: ofSums, agreement: { protocol: 'kardam:batch=8' } },
  { label: 'GuanYu, Multi-Krum', agreement: { protocol: 'guanyu', rule: 'multikrum' } },
  { label: 'ByzSGD, MDA', agreement: { protocol: 'byzsgd', rule: 'mda' } },
  { label: 'LiuBei, Multi-Krum', agreement: { protocol: 'liubei', rule: 'multikrum' } },
  { label: 'DRACO, cyclic code', agreement: { protocol: 'draco:code=cyclic' } },
  { label: 'two servers, Multi-Krum', agreement: { protocol: 'two-server', rule: 'multikrum' } },
  { label: 'LEARN, MDA', agreement: { protocol: 'learn', rule: 'mda', modelRule: 'mda' } },
  { label: 'LEARN, NNM and trimmed mean', agreement: { protocol: 'learn', rule: 'nnm>trmean' } },
  { label: 'MoNNA', agreement: { protocol: 'monna' } },
  { label: 'RPEL', agreement: { protocol: 'rpel', modelRule: 'nnm>trmean' } },
  { label: 'ClippedGossip', agreement: { protocol: 'clipped-gossip' } },
  { label: 'CS+', agreement: { protocol: 'cs-plus' } },
  { label: 'GTS', agreement: { protocol: 'gts' } },
  { label: 'BTARD', agreement: { protocol: 'btard' } },
] as const

export const scenario = defineScenario({
  name: 'Every protocol',
  n: 20,
  attack: ['none', 'ipm', 'alie', 'equivocate'],
  task: { split: 'iid' },
  training: {
    steps,
    batch: 32,
    momentum: 0.8,
    learningRate: { kind: 'step', rate: 3, factor: 0.4, everySteps: 34 },
  },
  // So that times mean something: 100 Mbit/s on each link, and 5 ms for each computation. What two servers say to each other in
  // a step takes seconds then, and nobody is late.
  network: { latency: 'constant', latencyMs: 20, bytesPerSecond: 12_500_000 },
  workMs: 5,
  synchrony: { deadlineMs: 20_000 },
  evaluation: { everySteps: 20, members: 1 },
  // Averages promise nothing under an attack, and some systems are run where their proofs do not reach: rows say so.
  outsideProof: true,
  arms: [
    ...systems.map((system) => ({ ...system, f: [1, 4] })),
    { label: 'DRACO, repetition code', n: groupsOf3, f: 1, agreement: { protocol: 'draco' } },
    { label: 'DRACO, repetition code', n: groupsOf9, f: 4, agreement: { protocol: 'draco' } },
  ],
})

await runComparison(scenario, import.meta.url)
