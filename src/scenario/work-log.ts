/** What a simulated run cost its honest members: gradients, messages and bytes. */
import type { Learner } from '../model/learner.ts'
import { wrappedLearner } from '../model/wrapped-learner.ts'
import type { SimWorld } from '../sim/world.ts'

export interface Work {
  /** Gradients that honest members computed. */
  readonly gradients: number
  /** What honest members sent and arrived, passed on included: on average, and by the one that sent most. */
  readonly messages: number
  readonly bytes: number
  readonly mostMessages: number
  readonly mostBytes: number
}

export class WorkLog {
  readonly #world: SimWorld
  readonly #honest: readonly number[]
  #gradients = 0

  constructor(world: SimWorld, honest: readonly number[]) {
    this.#world = world
    this.#honest = honest
  }

  /** `learner`, whose gradients are counted. */
  counting(learner: Learner): Learner {
    return wrappedLearner(learner, {
      gradient: (options) => {
        this.#gradients += 1
        return learner.gradient(options)
      },
    })
  }

  total(): Work {
    const sent = this.#honest.map((position) => this.#world.trace.sentBy(position))
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
    const messages = sent.map(({ messages }) => messages)
    const bytes = sent.map(({ bytes }) => bytes)
    return {
      gradients: this.#gradients,
      messages: mean(messages),
      bytes: mean(bytes),
      mostMessages: Math.max(0, ...messages),
      mostBytes: Math.max(0, ...bytes),
    }
  }
}
