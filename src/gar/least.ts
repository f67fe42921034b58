/** Choosing inputs by a key, ties to the lowest position. */

/** 0..n-1. */
export function allPositions(n: number): number[] {
  return Array.from({ length: n }, (_, position) => position)
}

/** The positions of the `count` least keys, ascending. Of equal keys the lowest position is taken. No key is NaN. */
export function leastPositions(keys: Float64Array, count: number): number[] {
  // Array sort is stable, so equal keys stay in the order of their positions.
  const byKey = Array.from(keys, (_, position) => position)
  byKey.sort((a, b) => (keys[a] as number) - (keys[b] as number))
  return byKey.slice(0, count).sort((a, b) => a - b)
}
