/** Averaging: what the robust rules are measured against. One arbitrary vector moves it anywhere. */
import type { Gar } from './gar.ts'
import { meanOf } from './kernels/mean.ts'

/** (1/n) sum x_i. O(n d). */
export const average: Gar = (vectors) => meanOf(vectors, Array.from(vectors.keys()))
