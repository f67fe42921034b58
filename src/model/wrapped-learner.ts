/** A learner with some of its methods replaced: for those who stand between a protocol and its learner. */
import type { Learner } from './learner.ts'

/** `learner`, which is not changed itself, with `changes` in the place of its own methods. */
export function wrappedLearner(learner: Learner, changes: Partial<Omit<Learner, 'dimension'>>): Learner {
  return {
    dimension: learner.dimension,
    gradient: (options) => learner.gradient(options),
    apply: (direction, step) => learner.apply(direction, step),
    parameters: () => learner.parameters(),
    load: (parameters) => learner.load(parameters),
    evaluate: (options) => learner.evaluate(options),
    close: () => learner.close(),
    ...changes,
  }
}
