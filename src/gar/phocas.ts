/** Phocas (Xie, Koyejo, Gupta, "Phocas: dimensional Byzantine-resilient stochastic gradient descent", 2018). */
import { coordinateWise } from './coordinate-wise.ts'

/** out_k = the mean of the n-f values at k nearest to their f-trimmed mean. O(d n log^2 n). */
export const phocas = coordinateWise(({ n, f }) => ({
  kind: 'nearest-mean',
  from: f,
  to: n - f,
  keep: n - f,
}))
