/** Kardam as a protocol among others. */
import { defaultWindow } from '../../mesh/mesh.ts'
import { between, oneOf, whole } from '../../util/parameter.ts'
import { assessBounds } from '../bounds.ts'
import { describeOneServer } from '../one-server/describe.ts'
import { gradientWorker } from '../one-server/gradient-worker.ts'
import { type ProtocolPlan, protocolRow } from '../protocol.ts'
import type { Assessment } from '../resilience.ts'
import { roleOf } from '../roles.ts'
import { dampenings } from './dampening.ts'
import { kardamServer } from './kardam-server.ts'

/** The most that a daemon's mesh keeps (`limits.window`). */
const longestWindow = 64

export const kardamRow = protocolRow(
  'Kardam: a trusted server takes gradients as they come, stale ones for less, behind a filter of how they grow and one of how often.',
  {
    dampening: oneOf(...dampenings),
    alpha: between(0, 10, 0.2),
    batch: whole(1, 1000, 1),
  },
  ({ dampening, alpha, batch: perUpdate }) => ({
    trainer: 'worker',
    servers: ['server'],
    serverF: 0,
    keeper: 'server',
    rules: [],
    data: 'own',
    // Its filter compares the gradients of two models, which a running mean of gradients would hide.
    momentum: 'step',
    // While one worker computes, each of the others may have moved the model: a few times, if it is slow.
    window: ({ n }) => Math.min(longestWindow, Math.max(defaultWindow, 4 * n)),
    assess: (plan) => assessKardam(plan, perUpdate),
    describe: ({ dimension }) => describeOneServer(dimension),
    mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
    cost: ({ n, dimension }) => ({ messages: 2 * n, bytes: 8 * dimension * n }),
    run: (mesh, learner, options) =>
      roleOf(mesh.self, mesh.members, ['server', 'worker']) === 'server'
        ? kardamServer(mesh, learner, { ...options, dampening, alpha, perUpdate })
        : gradientWorker(mesh, learner, options),
  }),
)

/** Each update needs the gradients of workers that are not recent, and f of those may be silent: admission.ts. */
function assessKardam({ n, f, policy }: ProtocolPlan, perUpdate: number): Assessment {
  const honest = `of any ${2 * f + 1} gradients taken in a row ${f + 1} are of honest workers, and ${f} silent ones stop nothing`
  return assessBounds({
    n,
    f,
    policy,
    bounds: [
      {
        phase: 'gradient',
        rule: 'the filters of Kardam',
        bound: `n >= 3f+${perUpdate}`,
        needed: 3 * f + perUpdate,
        has: n,
        isNeededToRun: true,
      },
    ],
    promise:
      f === 0
        ? 'every gradient that its filter lets through moves the model as it comes'
        : `${honest}, but gradients with the sign turned pass while they are not much longer than honest ones`,
    isProven: f === 0,
  })
}
