/** DRACO as a protocol among others. */
import { oneOf } from '../../util/parameter.ts'
import { assessWithDeadline, deadlineOf } from '../deadline.ts'
import { protocolRow, type Said } from '../protocol.ts'
import { roleOf } from '../roles.ts'
import { assessDraco, type DracoPlan, dracoCodes } from './assess.ts'
import { describeDraco } from './describe.ts'
import { dracoServer } from './draco-server.ts'
import { dracoWorker } from './draco-worker.ts'

export const dracoRow = protocolRow(
  'DRACO: a trusted server recovers the exact mean gradient from workers that share their data and compute each batch 2f+1 times; no rule is used.',
  { code: oneOf(...dracoCodes) },
  ({ code }) => ({
    trainer: 'worker',
    servers: ['server'],
    serverF: 0,
    keeper: 'server',
    rules: [],
    data: 'shared',
    // Others compute the same gradients.
    momentum: 'step',
    liesAtLearner: true,
    assess: (plan) => assessWithDeadline(plan, ({ n, f }) => assessDraco({ n, f, code })),
    describe: ({ dimension }) => describeDraco(dimension, { code }),
    mostSaid: ({ dimension }) => mostSaid(dimension)[code],
    cost: ({ n, f, dimension }) => cost({ n, f }, dimension)[code],
    run(mesh, learner, options) {
      const { deadlineMs, attendance } = deadlineOf(options.wait)
      return roleOf(mesh.self, mesh.members, ['server', 'worker']) === 'server'
        ? dracoServer(mesh, learner, { ...options, code, deadlineMs, attendance })
        : dracoWorker(mesh, learner, { ...options, code })
    },
  }),
)

/** The server says a model to each worker; a worker a digest and perhaps a sum, or a row. */
function mostSaid(dimension: number): Readonly<Record<DracoPlan['code'], Said>> {
  return {
    repetition: { messages: 2, bytes: 32 + 4 * dimension },
    cyclic: { messages: 1, bytes: 16 * dimension },
  }
}

function cost(
  { n, f }: Pick<DracoPlan, 'n' | 'f'>,
  dimension: number,
): Readonly<Record<DracoPlan['code'], Said>> {
  const model = { messages: n, bytes: 4 * dimension * n }
  const sums = n / (2 * f + 1)
  return {
    repetition: {
      messages: model.messages + n + sums,
      bytes: model.bytes + 32 * n + 4 * dimension * sums,
    },
    cyclic: { messages: model.messages + n, bytes: model.bytes + 16 * dimension * n },
  }
}
