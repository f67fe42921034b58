/** BTARD as a protocol among others. */
import { number, type Parameter, whole } from '../../util/parameter.ts'
import { assessWithDeadline } from '../deadline.ts'
import { protocolRow } from '../protocol.ts'
import { assessBtard } from './assess.ts'
import { btard } from './btard.ts'
import { costOf, mostSaidOf } from './cost.ts'
import { describeBtard } from './describe.ts'

/** A number above 0. */
function positive(byDefault: number): Parameter<number> {
  const { read } = number(byDefault)
  return {
    default: `${byDefault}`,
    allowed: 'a number above 0',
    read: (text) => {
      const value = read(text)
      return value !== undefined && value > 0 ? value : undefined
    },
  }
}

export const btardRow = protocolRow(
  'BTARD: peers that share their data average by verified all-reduce, check each other at random and ban who lied; no server.',
  { tau: positive(1), validators: whole(1, 1000, 1), tolerance: positive(1e-5), delta: positive(10) },
  (parameters) => ({
    trainer: 'peer',
    servers: [],
    serverF: 0,
    keeper: 'peer',
    rules: [],
    data: 'shared',
    // Others compute the same gradients.
    momentum: 'step',
    liesAtLearner: true,
    assess: (plan) => assessWithDeadline(plan, (one) => assessBtard(one, parameters)),
    describe: (plan, members) =>
      describeBtard(
        plan,
        members.map(({ peer }) => peer),
      ),
    mostSaid: (plan) => mostSaidOf({ ...plan, ...parameters }),
    cost: (plan) => costOf({ ...plan, ...parameters }),
    run: (mesh, learner, options) => btard(mesh, learner, { ...options, ...parameters }),
  }),
)
