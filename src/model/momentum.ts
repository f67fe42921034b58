/**
 * Worker momentum: each peer sends a running mean of its gradients instead of its last one, which shrinks the
 * variance behind which an attacker hides (Karimireddy, He, Jaggi, "Learning from history for Byzantine robust
 * optimization", 2021; Farhadkhani et al., "Byzantine machine learning made easy by resilient averaging of
 * momentums", 2022).
 */
import type { Learner } from './learner.ts'
import type { MomentumPlace } from './learner-options.ts'
import { wrappedLearner } from './wrapped-learner.ts'

/** A learner that keeps its momentum where the protocol wants it. A server has no gradients: its steps alone can have any. */
export function withMomentumAt(
  place: MomentumPlace,
  learner: Learner,
  { momentum, isServer = false }: { readonly momentum: number; readonly isServer?: boolean },
): Learner {
  if (place === 'step') return withStepMomentum(learner, momentum)
  return isServer ? learner : withMomentum(learner, momentum)
}

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

/**
 * The same momentum where gradients must depend on model and batch alone, because others compute them too: a learner whose
 * `apply` steps along m = beta * m + (1 - beta) * direction, from m = 0. Where the direction is the mean of the members'
 * gradients, that is the mean of what each would say with `withMomentum`.
 *
 * @param beta 0 (the direction itself) <= beta < 1
 */
export function withStepMomentum(learner: Learner, beta: number): Learner {
  if (beta === 0) return learner
  const momentum = new Float32Array(learner.dimension)
  return wrappedLearner(learner, {
    apply: (direction, step) => {
      for (let i = 0; i < momentum.length; i++)
        momentum[i] = beta * (momentum[i] as number) + (1 - beta) * (direction[i] as number)
      return learner.apply(momentum, step)
    },
  })
}
