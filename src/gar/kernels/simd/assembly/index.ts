/** What the binary exports. `rank-kernels` is written when it is built, by scripts/rank-kernels.ts. */
export { addSquaredDistances, addSquaredDistancesTo, widen } from './distances'
export * from './rank-kernels'
export { nearestMean, sortBy } from './ranks'
export { areFinite, copy, gather, mean, meanOfWide, scale, sum, touch, weighted } from './sums'
