import type { Learner } from '../model/learner.ts'

/**
 * `learner`, which tells when a step is over: just before the gradient of the next one is computed, so that the model is the
 * one that the members agreed on. The simulator holds virtual time meanwhile, so measuring changes nothing for anybody.
 */
export function observed(learner: Learner, onStepOver: (step: number) => Promise<void>): Learner {
  let latest = 0
  return {
    dimension: learner.dimension,
    gradient: async (options) => {
      if (options.step > 1 && options.step - 1 > latest) {
        latest = options.step - 1
        await onStepOver(latest)
      }
      return learner.gradient(options)
    },
    apply: (direction, step) => learner.apply(direction, step),
    parameters: () => learner.parameters(),
    load: (parameters) => learner.load(parameters),
    evaluate: (options) => learner.evaluate(options),
    close: () => learner.close(),
  }
}
