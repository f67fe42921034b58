/** AggregaThor as a protocol among others. */
import { oneOf, type Parameter } from '../../util/parameter.ts'
import { assessWithDeadline } from '../deadline.ts'
import { protocolRow } from '../protocol.ts'
import { onlyPeerWith, roleOf } from '../roles.ts'
import { aggregathorServer } from './aggregathor-server.ts'
import { aggregathorWorker } from './aggregathor-worker.ts'
import { assessAggregathor } from './assess.ts'
import { chunkCount } from './chunks.ts'
import { chunkingOf, describeAggregathor } from './describe.ts'
import { fills } from './fill.ts'
import type { Lossy } from './report.ts'

/**
 * With what a datagram says besides, some 60 bytes, the default fits the 1,472 that Ethernet leaves to UDP over IPv4, and the
 * most any datagram. In eights, so that each chunk of a payload starts where payloads do.
 */
const chunkBytes: Parameter<number> = {
  default: '1200',
  allowed: 'a multiple of 8 from 8 to 65000',
  read: (text) => {
    const bytes = Number(text)
    return Number.isSafeInteger(bytes / 8) && bytes >= 8 && bytes <= 65_000 ? bytes : undefined
  },
}

export const aggregathorRow = protocolRow(
  'AggregaThor: a trusted server applies the rule to the gradients of workers, which may travel in chunks over a transport that loses some.',
  { lossy: oneOf('no', 'yes'), fill: oneOf(...fills), chunk: chunkBytes },
  ({ lossy: isLossy, fill, chunk }) => {
    const lossy: Lossy | undefined = isLossy === 'yes' ? { fill, chunkBytes: chunk } : undefined
    const chunkingIn = (dimension: number) => lossy && chunkingOf(dimension, lossy)
    /** Messages that a gradient takes. */
    const messagesOf = (dimension: number) => {
      const chunking = chunkingIn(dimension)
      return chunking === undefined ? 1 : chunkCount(chunking)
    }
    return {
      trainer: 'worker',
      servers: ['server'],
      serverF: 0,
      keeper: 'server',
      rules: ['rule'],
      data: 'own',
      liesAtLearner: lossy !== undefined,
      isLossy: lossy !== undefined,
      assess: (plan) =>
        assessWithDeadline(plan, (allowed) =>
          assessAggregathor(allowed, lossy && { fill, chunks: messagesOf(allowed.dimension) }),
        ),
      describe: ({ dimension }) => describeAggregathor(dimension, chunkingIn(dimension)),
      mostSaid: ({ dimension }) => ({
        // The first chunk may be asked for besides.
        messages: messagesOf(dimension) + (lossy === undefined ? 0 : 1),
        bytes: 4 * dimension + (lossy?.chunkBytes ?? 0),
      }),
      cost: ({ n, dimension }) => ({
        messages: n + n * messagesOf(dimension),
        bytes: 4 * dimension * n + 4 * dimension * n,
      }),
      run(mesh, learner, options) {
        onlyPeerWith(mesh.members, 'server')
        return roleOf(mesh.self, mesh.members, ['server', 'worker']) === 'server'
          ? aggregathorServer(mesh, learner, { ...options, lossy })
          : aggregathorWorker(mesh, learner, { ...options, lossy })
      },
    }
  },
)
