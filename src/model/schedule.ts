/** Learning-rate schedules: the rate of a step is a function of the step alone, so all peers use the same. */

export type Schedule =
  /** Always `rate`. */
  | { readonly kind: 'constant'; readonly rate: number }
  /** `rate`, multiplied by `factor` after every `every` steps. */
  | { readonly kind: 'step'; readonly rate: number; readonly factor: number; readonly every: number }
  /** `rate / (1 + decay * (step - 1))`: the sum diverges, the sum of squares does not (Robbins and Monro, 1951). */
  | { readonly kind: 'inverse'; readonly rate: number; readonly decay: number }

/** The learning rate eta at `step`, which counts from 1. */
export function learningRate(schedule: Schedule, step: number): number {
  const past = step - 1
  switch (schedule.kind) {
    case 'constant':
      return schedule.rate
    case 'step':
      return schedule.rate * schedule.factor ** Math.floor(past / schedule.every)
    case 'inverse':
      return schedule.rate / (1 + schedule.decay * past)
    default:
      return schedule satisfies never
  }
}
