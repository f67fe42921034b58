/** MoNNA as a protocol among others. */
import { oneOf } from '../../util/parameter.ts'
import { assessBounds, type Bound } from '../bounds.ts'
import { lateOf } from '../contraction.ts'
import { describeModels, peersAlone } from '../peers-alone.ts'
import { type ProtocolPlan, protocolRow } from '../protocol.ts'
import { parseAgreementRule } from '../rule.ts'
import { assessWithoutBroadcast } from '../without-broadcast.ts'
import { monna } from './monna.ts'
import { leastMembers, varianceFactor } from './variance-factor.ts'

/** What may stand before the averaging. Not bucketing: of the means of buckets none is one's own. */
const mixers = ['none', 'nnm', 'arc'] as const
type Mixer = (typeof mixers)[number]

export const monnaRow = protocolRow(
  'MoNNA: each peer steps with momentum, and takes the mean of the models nearest to its own.',
  { pre: oneOf(...mixers) },
  ({ pre }) => {
    const averaging = parseAgreementRule(pre === 'none' ? 'monna' : `${pre}>monna`)
    return {
      ...peersAlone,
      assess: (plan) => assessWithoutBroadcast(plan, (allowed) => assessMonna(allowed, pre)),
      describe: ({ dimension }) => describeModels(dimension, 'all'),
      mostSaid: ({ dimension }) => ({ messages: 1, bytes: 4 * dimension }),
      cost: ({ n, dimension }) => ({ messages: n * (n - 1), bytes: 4 * dimension * n * (n - 1) }),
      run: (mesh, learner, options) => monna(mesh, learner, { ...options, averaging }),
    }
  },
)

function assessMonna(plan: ProtocolPlan, pre: Mixer) {
  const { n, f, policy } = plan
  const u = lateOf(plan)
  const needed = leastMembers({ f, u })
  const about = { phase: 'model', rule: 'monna', has: n } as const
  const bounds: Bound[] = [
    // Of the n - f models that come in for sure, n - 2f are kept, and more than half of those must be honest.
    { ...about, bound: 'n >= 3f+1', needed: 3 * f + 1, isNeededToRun: true },
    { ...about, bound: 'a factor that is proven to be below 1, from n', needed, isNeededToRun: false },
  ]
  const alpha = varianceFactor({ n, f, u })
  const promise =
    pre === 'none'
      ? `each exchange leaves at most ${alpha.toFixed(3)} of the variance of the honest models, and moves their mean by at most ${Math.sqrt(alpha).toFixed(3)} of their deviation`
      : `nothing is proven of ${pre} before nearest-neighbour averaging`
  return assessBounds({
    n,
    f,
    policy,
    bounds: pre === 'none' ? bounds : bounds.slice(0, 1),
    promise,
    isProven: pre === 'none',
  })
}
