/**
 * Ring all-reduce: each member talks to the next one alone, and every vector crosses each link twice, less a part (Patarasuk,
 * Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", 2009).
 *
 * How, member i of n, vectors in n parts:
 *   1. scatter-reduce, n-1 hops: say part i-h of the sum so far to the next, and add my own to part i-h-1, which the one before
 *      me says; then I have part i+1 of the sum of all
 *   2. divide it by n
 *   3. all-gather, n-1 hops: say part i+1-h of the mean to the next, and take part i-h from the one before me
 */
import type { PeerId } from '../../mesh/mesh.ts'
import { type Broken, isBroken, type Parcels } from './parcels.ts'
import { addTo, divide, partOf } from './parts.ts'

/** The mean of what all call `mine`, the same bits at all; or why there is none. */
export async function ringMean(
  { say, hear }: Parcels,
  peers: readonly PeerId[],
  self: PeerId,
  mine: Float32Array,
): Promise<Float32Array | Broken> {
  const n = peers.length
  const i = peers.indexOf(self)
  const at = (position: number) => (position + 2 * n) % n
  const next = [peers[at(i + 1)] ?? '']
  const previous = [peers[at(i - 1)] ?? '']
  const result = mine.slice()

  // 1. Scatter-reduce.
  for (let hop = 0; hop < n - 1; hop++) {
    const mineIs = at(i - hop)
    const broken = await say('sum', hop, mineIs, partOf(result, mineIs, n), next)
    if (broken !== undefined) return broken
    const theirsIs = at(i - hop - 1)
    const heard = await hear('sum', hop, theirsIs, previous)
    if (isBroken(heard)) return heard
    for (const sum of heard) addTo(partOf(result, theirsIs, n), sum)
  }

  // 2. My part of the mean.
  divide(partOf(result, at(i + 1), n), n)

  // 3. All-gather.
  for (let hop = 0; hop < n - 1; hop++) {
    const mineIs = at(i + 1 - hop)
    const broken = await say('mean', hop, mineIs, partOf(result, mineIs, n), next)
    if (broken !== undefined) return broken
    const theirsIs = at(i - hop)
    const heard = await hear('mean', hop, theirsIs, previous)
    if (isBroken(heard)) return heard
    for (const mean of heard) partOf(result, theirsIs, n).set(mean)
  }
  return result
}
