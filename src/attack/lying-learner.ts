/**
 * An attacker that lies about the gradients that it computes: for protocols in which vectors travel coded or in shares, so
 * that what is said cannot be changed for another vector on its way out. Its protocol code runs unchanged on the lie.
 */
import type { Learner } from '../model/learner.ts'
import type { Random } from '../util/prng.ts'
import type { Aggregate, VectorAttack } from './attack.ts'

export interface Knowledge {
  /** The newest gradients of the honest members, [h][d], as far as they are known. @default none */
  readonly honest?: () => readonly Float32Array[]
  /** How many attackers there are, this one included, and which of them it is, from 0. */
  readonly liars: number
  readonly rank: number
  readonly aggregate: Aggregate
  readonly random: Random
}

/** `learner`, whose gradients are what `forge` makes of them; where no honest one is known, of its own alone. */
export function lyingLearner(learner: Learner, forge: VectorAttack, knowledge: Knowledge): Learner {
  const { honest: known = () => [], ...rest } = knowledge
  return {
    dimension: learner.dimension,
    gradient: async (options) => {
      const own = await learner.gradient(options)
      const honest = known()
      return forge({ ...rest, honest: honest.length > 0 ? honest : [own], own, colluding: [own] })
    },
    apply: (direction, step) => learner.apply(direction, step),
    parameters: () => learner.parameters(),
    load: (parameters) => learner.load(parameters),
    evaluate: (options) => learner.evaluate(options),
    close: () => learner.close(),
  }
}
