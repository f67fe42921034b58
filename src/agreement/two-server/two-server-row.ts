/** Two-server aggregation as a protocol among others. */
import { between, oneOf, whole } from '../../util/parameter.ts'
import { assessWithDeadline, deadlineOf } from '../deadline.ts'
import { protocolRow } from '../protocol.ts'
import { assessTwoServer } from './assess.ts'
import { roles } from './cast.ts'
import { describeTwoServer, mostSaidInStep, saidInStep } from './describe.ts'
import { defaultFixedPoint } from './range.ts'
import { twoServer } from './two-server.ts'

export const twoServerRow = protocolRow(
  'Two-server aggregation: workers share their gradients between two servers that compute the rule without seeing one; the rule must need distances alone.',
  {
    clipNorm: between(2 ** -20, 2 ** 20, defaultFixedPoint.clipNorm),
    fractionBits: whole(1, 40, defaultFixedPoint.fractionBits),
    checksRange: oneOf('true', 'false'),
  },
  ({ clipNorm, fractionBits, checksRange }) => {
    const numbers = { fixedPoint: { clipNorm, fractionBits }, checksRange: checksRange === 'true' }
    return {
      trainer: roles.worker,
      servers: [roles.first, roles.second, roles.dealer],
      serverF: 0,
      keeper: roles.first,
      rules: ['rule'],
      data: 'own',
      liesAtLearner: true,
      // The dealer hears no worker.
      hearers: () => 2,
      assess: (plan) => assessWithDeadline(plan, (allowed) => assessTwoServer({ ...allowed, ...numbers })),
      describe: ({ n, dimension }) => describeTwoServer(dimension, { workers: n, ...numbers }),
      mostSaid: ({ n, dimension }) => mostSaidInStep(dimension, { workers: n, ...numbers }),
      cost: ({ n, dimension }) => saidInStep(dimension, { workers: n, ...numbers }),
      run: (mesh, learner, options) =>
        twoServer(mesh, learner, { ...options, ...numbers, wait: deadlineOf(options.wait) }),
    }
  },
)
