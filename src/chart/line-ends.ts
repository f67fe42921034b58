/** Names of lines written beside their ends, moved apart where the lines end close together. */

/** Between the middles of two names, one above the other. */
export const nameSpacing = 15
/** A name further from its line's end than this is no longer seen to belong to it. */
const maxShift = 42

/**
 * The middles of the names of lines that end at heights `ends`, in that order: as close to the ends as they can be
 * (least squares), `nameSpacing` apart, between `top` and `bottom`. Undefined where a name would end up too far away.
 */
export function placeNames(ends: readonly number[], top: number, bottom: number): number[] | undefined {
  const order = ends.map((_, i) => i).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0) || a - b)
  const last = bottom - (ends.length - 1) * nameSpacing
  if (last < top) return undefined
  // With i * spacing taken off, names that keep their distance are numbers that do not descend.
  const levelled = ascending(order.map((index, i) => (ends[index] ?? 0) - i * nameSpacing))
  const places = new Array<number>(ends.length)
  for (const [i, index] of order.entries())
    places[index] = Math.min(Math.max(levelled[i] ?? 0, top), last) + i * nameSpacing
  return places.every((place, i) => Math.abs(place - (ends[i] ?? 0)) <= maxShift) ? places : undefined
}

/** The ascending sequence closest to `values` in least squares (pool adjacent violators). O(length). */
function ascending(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = []
  for (const value of values) {
    let pool = { sum: value, count: 1 }
    for (let before = pools.at(-1); before !== undefined; before = pools.at(-1)) {
      if (before.sum / before.count <= pool.sum / pool.count) break
      pool = { sum: pool.sum + before.sum, count: pool.count + before.count }
      pools.pop()
    }
    pools.push(pool)
  }
  return pools.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count))
}
