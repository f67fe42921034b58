/** LiuBei as a protocol among others. */
import type { Step } from '../../mesh/mesh.ts'
import { oneOf, whole, wordOr } from '../../util/parameter.ts'
import { assessBounds } from '../bounds.ts'
import { boundsOf, mostLiars, type Needed, type Servers } from '../byzsgd/assess.ts'
import { castIn, describeReplicated, roles, vectors } from '../byzsgd/describe.ts'
import { replicatedServer } from '../byzsgd/replicated-server.ts'
import { assessWithDeadline, deadlineOf } from '../deadline.ts'
import { type ProtocolPlan, protocolRow } from '../protocol.ts'
import type { Assessment } from '../resilience.ts'
import { parseAgreementRule } from '../rule.ts'
import { gradientWaitMs, liubeiWorker } from './liubei-worker.ts'

const needed: Needed = {
  servers: { slope: 3, offset: 1 },
  workers: { slope: 2, offset: 1 },
  isSynchronous: true,
}

export const liubeiRow = protocolRow(
  "LiuBei: replicated servers, none of them trusted, of which a worker asks one a step for its model and filters out what lies; servers apply the rule to gradients, and every few steps take the median of their models. The paper's rule is multikrum.",
  {
    servers: whole(1, 100, 4),
    serverF: wordOr('most', ['most'], whole(0, 100, 0)),
    gather: whole(1, 1_000_000, 10),
    window: whole(10, 100_000, 100),
    filters: oneOf('both', 'models', 'lipschitz', 'none'),
    contract: oneOf('median', 'trmean'),
  },
  ({ servers, gather, window, filters, ...settings }) => {
    const serverF = settings.serverF === 'most' ? mostLiars(servers, needed.servers) : settings.serverF
    const contract = parseAgreementRule(settings.contract)
    const isAfterGather = (step: Step) => step > 1 && (step - 1) % gather === 0
    return {
      trainer: 'worker',
      servers: Array.from({ length: servers }, () => roles[0]),
      serverF,
      keeper: roles[0],
      rules: ['rule'],
      data: 'own',
      // The Lipschitz filter compares the gradients of two models, which a running mean of gradients would hide.
      momentum: 'step',
      assess: (plan) =>
        assessWithDeadline(plan, (allowed) => assess(allowed, { servers, serverF, contract })),
      describe: ({ dimension }) => describeReplicated(dimension),
      mostSaid: ({ dimension }) => vectors(1, dimension),
      // Where the filters reject nothing.
      cost({ n, dimension }, step) {
        const models = step === 1 ? 0 : isAfterGather(step) ? servers * n : n
        const exchange = step % gather === 0 ? servers * (servers - 1) : 0
        return vectors(models + n * servers + exchange, dimension)
      },
      run(mesh, learner, runOptions) {
        const { steps, n, f, rule } = runOptions
        const isSaid = (step: Step) => isAfterGather(step) || step > steps
        const wait = deadlineOf(runOptions.wait)
        const options = { ...runOptions, wait, serverF, gather, contract, isSaid }
        if (castIn(mesh).role === 'worker')
          return liubeiWorker(mesh, learner, { ...options, filters, kept: window })
        return replicatedServer(mesh, learner, {
          ...options,
          gradientWait: { ...wait, deadlineMs: gradientWaitMs(servers, wait.deadlineMs) },
          leastGradients: Math.max(1, n - f),
          // Who misses a deadline is one of the f: or else n = 2f + 1 would not do.
          liarsAmong: (heard) => (heard >= rule.minimum(f) ? f : Math.max(0, f - (n - heard))),
        })
      },
    }
  },
)

function assess(plan: ProtocolPlan, servers: Servers): Assessment {
  const { n, f, policy } = plan
  const bounds = boundsOf(plan, servers, needed)
  const promise =
    "after every gather all members are in the range of the honest servers' models; nothing is proven of what the filters let pass in between, whose bound in the paper takes T = 1/(3 l eta) for an l that nobody knows"
  return assessBounds({ n, f, policy, bounds, promise, isProven: false })
}
