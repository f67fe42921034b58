/** ByzSGD and GuanYu as protocols: the same roles, with other bounds. */
import { assessBounds } from '../bounds.ts'
import type { Protocol, ProtocolPlan } from '../protocol.ts'
import { type Assessment, leastVectors } from '../resilience.ts'
import { parseAgreementRule } from '../rule.ts'
import { boundsLiars, boundsOf, contractionAmong, mostLiars, type Needed, type Servers } from './assess.ts'
import { byzsgdWorker } from './byzsgd-worker.ts'
import { castIn, describeReplicated, roles, vectors } from './describe.ts'
import { assessGathering, gatheringWait } from './options.ts'
import { replicatedServer } from './replicated-server.ts'

export interface ByzsgdSettings {
  readonly servers: number
  /** `most`: as many as the bound admits. */
  readonly serverF: number | 'most'
  /** T: servers exchange models after every so many steps. */
  readonly gather: number
  readonly contract: 'median' | 'trmean'
  readonly needed: Pick<Needed, 'servers' | 'workers'>
}

export function byzsgd({ servers, gather, needed, ...settings }: ByzsgdSettings): Omit<Protocol, 'text'> {
  const serverF = settings.serverF === 'most' ? mostLiars(servers, needed.servers) : settings.serverF
  const contract = parseAgreementRule(settings.contract)
  return {
    trainer: 'worker',
    servers: Array.from({ length: servers }, () => roles[0]),
    serverF,
    keeper: roles[0],
    rules: ['rule'],
    data: 'own',
    assess: (plan) => assessGathering(plan, () => assess(plan, { servers, serverF, contract }, needed)),
    describe: ({ dimension }) => describeReplicated(dimension),
    mostSaid: ({ dimension }) => vectors(1, dimension),
    cost({ n, dimension }, step) {
      const exchange = step % gather === 0 ? servers * (servers - 1) : 0
      return vectors(servers * n + n * servers + exchange, dimension)
    },
    run(mesh, learner, runOptions) {
      const wait = gatheringWait(runOptions.wait)
      const options = { ...runOptions, wait, serverF, gather, contract }
      if (castIn(mesh).role === 'worker') return byzsgdWorker(mesh, learner, options)
      return replicatedServer(mesh, learner, {
        ...options,
        gradientWait: wait,
        leastGradients: leastVectors(options),
        liarsAmong: () => options.f,
        isSaid: () => true,
      })
    },
  }
}

function assess(plan: ProtocolPlan, servers: Servers, needed: ByzsgdSettings['needed']): Assessment {
  const { n, f, policy } = plan
  const contraction = contractionAmong(servers)
  const bounds = boundsOf(plan, servers, { ...needed, isSynchronous: false })
  if (contraction !== undefined) bounds.push(contraction.bound)
  const isBounded = boundsLiars(plan)
  const promise = [
    contraction === undefined
      ? "that servers whose models contract by medians come together is the paper's theorem, for deliveries that are drawn by chance, and was not derived here: whoever schedules them can keep servers apart (contract=trmean, from 5 f_s+1 servers on, holds against that)"
      : `each gather leaves at most ${contraction.factor.toFixed(3)} of the range of a coordinate of the servers' models, whoever schedules deliveries (docs/PROOFS.md 2)`,
    ...(isBounded ? [] : [`no bound is known here on what f liars do to ${plan.rule.text} on gradients`]),
  ].join('; ')
  return assessBounds({ n, f, policy, bounds, promise, isProven: contraction !== undefined && isBounded })
}
