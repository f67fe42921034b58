/** The learner: one model and one share of the data, seen as flat vectors. */

export interface GradientOptions {
  /** Counted from 1; together with the learner's seed it decides which samples are drawn. */
  readonly step: number
  /** Samples a gradient; the learner's own batch size if absent. */
  readonly batch?: number
}

export interface Evaluation {
  /** Mean cross-entropy, in nats. */
  readonly loss: number
  /** Share of samples classified correctly, 0 to 1. */
  readonly accuracy: number
  readonly samples: number
}

export interface Learner {
  /** Number of parameters, d: the length of every vector here. */
  readonly dimension: number
  /** The mean gradient of the loss over one batch, at the current model: the caller's own. Does not change the model. */
  gradient(options: GradientOptions): Promise<Float32Array>
  /** theta = theta - eta(step) * (direction + weightDecay * theta). */
  apply(direction: Float32Array, step: number): Promise<void>
  /** A copy of the parameters. */
  parameters(): Promise<Float32Array>
  /** Overwrites the parameters. */
  load(parameters: Float32Array): Promise<void>
  /** Measures the model on the test data; at most `samples` of them where given. */
  evaluate(options?: { readonly samples?: number }): Promise<Evaluation>
  close(): Promise<void>
}
