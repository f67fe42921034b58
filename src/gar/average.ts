/** Averaging: what the robust rules are measured against. One arbitrary vector moves it anywhere. */
import { coordinateWise } from './coordinate-wise.ts'
import { allPositions } from './least.ts'

/** (1/n) sum x_i. O(n d). */
export const average = coordinateWise(({ n }) => ({ kind: 'mean', positions: allPositions(n) }))
