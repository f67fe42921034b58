/** When vectors are so close that nothing need shrink. */

/** Float32 cannot bring vectors closer than about 1e-7 of their size, so below this share of it nothing need shrink. */
const roundingFloor = 1e-6

/** @param vector one of those whose spread it is, for their size */
export function isSettled(spread: number, vector: Float32Array): boolean {
  return spread <= roundingFloor * Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))
}
