/** For each protocol of the table: how it is written, and at which sizes its costs are counted. The first is its trace's. */
import { constant } from '../../src/sim/latency.ts'
import type { ProtocolSwarm } from './protocol-swarm.ts'

export interface ProtocolCase {
  /** At least one; the first is the protocol with its defaults. */
  readonly texts: readonly [string, ...string[]]
  /** Three different n at least; the first, the smallest, is that of the trace. */
  readonly sizes: readonly [
    Pick<ProtocolSwarm, 'n' | 'f'>,
    Pick<ProtocolSwarm, 'n' | 'f'>,
    Pick<ProtocolSwarm, 'n' | 'f'>,
  ]
  readonly settings?: Partial<ProtocolSwarm>
  readonly steps?: number
}

/** In the first each has four of the five others for neighbours. */
const gossipSizes = [
  { n: 6, f: 1 },
  { n: 9, f: 1 },
  { n: 12, f: 2 },
] as const

export const protocolCases: Readonly<Record<string, ProtocolCase>> = {
  learn: {
    texts: ['learn'],
    sizes: [
      { n: 4, f: 1 },
      { n: 7, f: 2 },
      { n: 10, f: 3 },
    ],
  },
  aggregathor: {
    // Six coordinates in chunks of two make three chunks; without loss all fill policies say the same.
    texts: ['aggregathor', 'aggregathor:lossy=yes,chunk=8', 'aggregathor:lossy=yes,fill=stale,chunk=16'],
    sizes: [
      { n: 5, f: 1 },
      { n: 7, f: 1 },
      { n: 9, f: 3 },
    ],
    settings: { rule: 'multikrum' },
  },
  draco: {
    texts: ['draco', 'draco:code=cyclic'],
    // Multiples of 2f+1, as the repetition code wants them.
    sizes: [
      { n: 3, f: 1 },
      { n: 9, f: 1 },
      { n: 15, f: 2 },
    ],
  },
  'two-server': {
    texts: ['two-server', 'two-server:checksRange=false'],
    sizes: [
      { n: 5, f: 1 },
      { n: 7, f: 2 },
      { n: 12, f: 4 },
    ],
    settings: { rule: 'multikrum' },
  },
  byzsgd: {
    texts: ['byzsgd', 'byzsgd:gather=3', 'byzsgd:servers=6,contract=trmean'],
    sizes: [
      { n: 4, f: 1 },
      { n: 7, f: 2 },
      { n: 10, f: 3 },
    ],
  },
  guanyu: {
    texts: ['guanyu'],
    sizes: [
      { n: 6, f: 1 },
      { n: 9, f: 2 },
      { n: 12, f: 3 },
    ],
  },
  liubei: {
    texts: ['liubei', 'liubei:gather=3', 'liubei:gather=1'],
    sizes: [
      { n: 3, f: 1 },
      { n: 5, f: 2 },
      { n: 8, f: 2 },
    ],
    // So early a worker knows fewer coefficients than there are servers, and its Lipschitz filter rejects nothing.
    steps: 5,
  },
  monna: {
    texts: ['monna', 'monna:pre=nnm'],
    sizes: [
      { n: 4, f: 1 },
      { n: 7, f: 2 },
      { n: 11, f: 1 },
    ],
  },
  rpel: {
    texts: ['rpel', 'rpel:pulls=5,horizon=10'],
    sizes: [
      { n: 4, f: 1 },
      { n: 9, f: 2 },
      { n: 14, f: 1 },
    ],
    settings: { modelRule: 'nnm>trmean' },
  },
  btard: {
    texts: ['btard', 'btard:validators=2,tau=0.5'],
    sizes: [
      { n: 5, f: 1 },
      { n: 7, f: 1 },
      { n: 10, f: 2 },
    ],
    settings: { noise: 0.1 },
  },
  'ps-average': {
    texts: ['ps-average'],
    sizes: [
      { n: 3, f: 0 },
      { n: 5, f: 0 },
      { n: 8, f: 0 },
    ],
  },
  'gossip-average': {
    texts: ['gossip-average', 'gossip-average:graph=ring', 'gossip-average:graph=random,degree=3,seed=2'],
    sizes: [
      { n: 4, f: 0 },
      { n: 6, f: 0 },
      { n: 9, f: 0 },
    ],
  },
  allreduce: {
    texts: ['allreduce', 'allreduce:shape=butterfly'],
    // Six coordinates: parts of two, uneven parts, and parts of which some are empty.
    sizes: [
      { n: 3, f: 0 },
      { n: 4, f: 0 },
      { n: 8, f: 0 },
    ],
  },
  'local-sgd': {
    texts: ['local-sgd', 'local-sgd:local=2'],
    // The last step averages, whatever the period: it is to be one of both.
    sizes: [
      { n: 3, f: 0 },
      { n: 5, f: 0 },
      { n: 8, f: 0 },
    ],
    steps: 8,
  },
  'clipped-gossip': {
    texts: ['clipped-gossip', 'clipped-gossip:graph=ring'],
    sizes: gossipSizes,
  },
  'cs-plus': {
    texts: ['cs-plus', 'cs-plus:graph=torus,liars=1', 'cs-plus:graph=complete'],
    sizes: gossipSizes,
  },
  gts: {
    texts: ['gts', 'gts:degree=5,seed=3'],
    sizes: gossipSizes,
  },
  kardam: {
    texts: ['kardam', 'kardam:dampening=inverse'],
    sizes: [
      { n: 4, f: 1 },
      { n: 7, f: 2 },
      { n: 10, f: 3 },
    ],
    // A server that is slower than the workers' way there and back, so that all of them answer every model.
    settings: { workMs: (member) => constant(member === 0 ? 50 : 0) },
  },
}
