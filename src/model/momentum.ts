/**
 * Worker momentum: each peer sends a running mean of its gradients instead of its last one, which shrinks the
 * variance behind which an attacker hides (Karimireddy, He, Jaggi, "Learning from history for Byzantine robust
 * optimization", 2021; Farhadkhani et al., "Byzantine machine learning made easy by resilient averaging of
 * momentums", 2022).
 */
import type { Learner } from './learner.ts'
import { wrappedLearner } from './wrapped-learner.ts'

/**
 * A learner whose `gradient` is m = beta * m + (1 - beta) * g, from m = 0; everything else is `learner`'s. Calls of
 * `gradient` change m: call it once a step, one at a time.
 *
 * @param beta 0 (the gradient itself) <= beta < 1
 */
export function withMomentum(learner: Learner, beta: number): Learner {
  if (beta === 0) return learner
  const momentum = new Float32Array(learner.dimension)
  return wrappedLearner(learner, {
    async gradient(options) {
      const gradient = await learner.gradient(options)
      // Into the vector that the learner gave away: one allocation less of a model's size, a step.
      for (let i = 0; i < momentum.length; i++) {
        const mean = beta * (momentum[i] as number) + (1 - beta) * (gradient[i] as number)
        momentum[i] = mean
        gradient[i] = mean
      }
      return gradient
    },
  })
}
