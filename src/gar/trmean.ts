/**
 * Coordinate-wise trimmed mean (Yin, Chen, Kannan, Bartlett, "Byzantine-Robust Distributed Learning", ICML 2018).
 *
 * n >= 2f+1: whatever f liars say, an honest value lies at or below the least that is kept, and another at or above the
 * greatest. As a step of agreement its contraction is proven (El-Mhamdi et al., "Collaborative Learning in the Jungle",
 * NeurIPS 2021).
 */
import { coordinateWise } from './coordinate-wise.ts'

/** out_k = the mean of the n values at k without the f least and the f greatest. O(d n log^2 n). */
export const trmean = coordinateWise(({ n, f }) => ({ kind: 'rank-mean', from: f, to: n - f }))
