/** How much less a gradient counts, the more updates the model has had since the one that it was computed at. */
import { exactExp } from '../../util/exact-math.ts'

export const dampenings = ['exponential', 'inverse', 'none'] as const

export interface Dampening {
  readonly dampening: (typeof dampenings)[number]
  /** Of the exponential. */
  readonly alpha: number
}

/** Lambda(tau): 1 at 0 and falling, unless it is none. */
export function dampened({ dampening, alpha }: Dampening, staleness: number): number {
  switch (dampening) {
    case 'exponential':
      return exactExp(-alpha * staleness)
    case 'inverse':
      return 1 / (1 + staleness)
    case 'none':
      return 1
    default:
      return dampening satisfies never
  }
}
