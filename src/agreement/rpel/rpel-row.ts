/** RPEL as a protocol among others. */
import { between, whole, wordOr } from '../../util/parameter.ts'
import { assessBounds, type Bound } from '../bounds.ts'
import { assessWithDeadline } from '../deadline.ts'
import { describeModels, peersAlone } from '../peers-alone.ts'
import { type ProtocolPlan, protocolRow } from '../protocol.ts'
import { effectiveLiars, pullsFor } from './effective-liars.ts'
import { rpel } from './rpel.ts'

/**
 * Steps for which a peer keeps its models for those who ask. Peers wait for those alone whom they have drawn, so that the fastest
 * are some steps ahead of the slowest: up to four in simulations of 20 and 40 peers, whose deadline was five slow steps long.
 */
const window = 8

interface Choice {
  readonly pulls: 'auto' | number
  readonly delta: number
  readonly horizon: number
}

export const rpelRow = protocolRow(
  "RPEL: each peer steps, pulls the models of a few others that it draws anew at every step, and applies the model rule. The paper's is nnm>trmean.",
  {
    pulls: wordOr('auto', ['auto'], whole(1, 4095, 15)),
    delta: between(1e-9, 1, 0.1),
    horizon: whole(1, 100_000_000, 200),
  },
  (choice) => ({
    ...peersAlone,
    rules: ['modelRule'],
    assess: (plan) => assessWithDeadline(plan, (allowed) => assessRpel(allowed, choice)),
    describe: ({ dimension }) => describeModels(dimension, 'recipients'),
    mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
    window: () => window,
    cost(plan) {
      const messages = plan.n * pullsIn(plan, choice)
      return { messages, bytes: 4 * plan.dimension * messages }
    },
    run: (mesh, learner, options) => rpel(mesh, learner, { ...options, ...drawnIn(options, choice) }),
  }),
)

type Sizes = Pick<ProtocolPlan, 'n' | 'f'>

function pullsIn({ n, f: liars }: Sizes, { pulls, delta, horizon }: Choice): number {
  return pulls === 'auto' ? pullsFor({ n, liars, horizon, delta }) : Math.min(pulls, n - 1)
}

function drawnIn({ n, f }: Sizes, choice: Choice) {
  const { delta, horizon } = choice
  const pulls = pullsIn({ n, f }, choice)
  return { pulls, effective: effectiveLiars({ n, liars: f, pulls, horizon, delta }) }
}

function assessRpel(plan: ProtocolPlan, choice: Choice) {
  const { n, f, policy, modelRule } = plan
  const { delta, horizon } = choice
  const { pulls, effective } = drawnIn(plan, choice)
  const about = { phase: 'model', has: pulls + 1 } as const
  const drawn = `${pulls} pulls with ${effective} liars`
  const bounds: Bound[] = [
    {
      ...about,
      rule: drawn,
      bound: 's + 1 >= 2 b_hat + 1',
      needed: 2 * effective + 1,
      isNeededToRun: true,
    },
    {
      ...about,
      rule: `${modelRule.text} after ${drawn}`,
      bound: modelRule.bound,
      needed: modelRule.minimum(effective),
      isNeededToRun: true,
    },
    {
      ...about,
      rule: `${drawn} and as many silent`,
      bound: 's + 1 >= 3 b_hat + 1',
      needed: 3 * effective + 1,
      isNeededToRun: false,
    },
  ]
  const promise = `with probability ${1 - delta} no honest peer pulls from more than ${effective} liars among ${pulls} in ${horizon} steps; that ${modelRule.text} then keeps models together is not proven`
  return assessBounds({ n, f, policy, bounds, promise, isProven: false })
}
