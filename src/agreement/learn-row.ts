/** LEARN as a protocol among others. */

import type { Member, PeerId, Step } from '../mesh/mesh.ts'
import { describeLearn, saidInExchange } from './describe.ts'
import { learn } from './learn.ts'
import { roundsOf } from './profile.ts'
import { type ProtocolPlan, protocolRow } from './protocol.ts'
import { assess } from './resilience.ts'

export const learnRow = protocolRow(
  'LEARN: each peer trains, exchanges gradients and models with all others, and no server; its settings are those beside it.',
  {},
  () => ({
    trainer: 'peer',
    servers: [],
    serverF: 0,
    keeper: 'peer',
    rules: ['rule', 'modelRule'],
    data: 'own',
    assess,
    describe: ({ dimension, policy }, members) => describeLearn(dimension, originsOf(policy, members)),
    mostSaid: saidBy,
    cost: (plan, step) => {
      const { messages, bytes } = saidBy(plan, step)
      const links = plan.n * (plan.n - 1)
      return { messages: messages * links, bytes: bytes * links }
    },
    run: learn,
  }),
)

/** Whose broadcasts there may be: everybody's, where there are any. */
function originsOf(policy: ProtocolPlan['policy'], members: readonly Member[]): PeerId[] {
  return policy === 'reliable' ? members.map(({ peer }) => peer) : []
}

/** What one member says to each other one in a step. */
function saidBy(plan: ProtocolPlan, step: Step) {
  const rounds = roundsOf(plan, plan.rule, plan.modelRule, plan)
  const exchanges = rounds.gradient(step) + rounds.model
  const origins = plan.policy === 'reliable' ? Array.from({ length: plan.n }, () => '') : []
  const { messages, bytes } = saidInExchange(plan.dimension, origins)
  return { messages: exchanges * messages, bytes: exchanges * bytes }
}
