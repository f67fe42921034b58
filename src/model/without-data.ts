/** A server's learner: it keeps a model, steps and measures, and has nothing to train on. */
import { modelError } from './errors.ts'
import type { Learner } from './learner.ts'
import { wrappedLearner } from './wrapped-learner.ts'

/** `learner`, whose `gradient` rejects with MODEL_NO_DATA. */
export function withoutData(learner: Learner): Learner {
  return wrappedLearner(learner, {
    gradient: async () => {
      throw modelError({ code: 'MODEL_NO_DATA' })
    },
  })
}
