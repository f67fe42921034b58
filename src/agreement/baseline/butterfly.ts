/**
 * Butterfly all-reduce: each member is in charge of a part, which all others say to it, and whose mean it says to all others.
 * As many bytes as the ring, in two hops instead of 2(n-1), and everybody talks to everybody (the form that BTARD and its
 * relatives check; Gorbunov et al., ICML 2022).
 *
 * How, member i of n, vectors in n parts:
 *   1. say part j of mine to member j, for all j
 *   2. take the mean of part i of mine and of what the others say
 *   3. say it to all others, and take part j of the mean from member j, for all j
 */
import type { PeerId } from '../../mesh/mesh.ts'
import { type Broken, isBroken, type Parcels } from './parcels.ts'
import { addTo, divide, partOf } from './parts.ts'

/** The mean of what all call `mine`, the same bits at all; or why there is none. */
export async function butterflyMean(
  { say, hear }: Parcels,
  peers: readonly PeerId[],
  self: PeerId,
  mine: Float32Array,
): Promise<Float32Array | Broken> {
  const n = peers.length
  const i = peers.indexOf(self)
  const others = peers.filter((peer) => peer !== self)
  if (others.length === 0) return mine.slice()

  // 1. To each its part.
  for (const [j, peer] of peers.entries()) {
    if (j === i) continue
    const broken = await say('sum', 0, j, partOf(mine, j, n), [peer])
    if (broken !== undefined) return broken
  }

  // 2. The mean of mine.
  const heard = await hear('sum', 0, i, others)
  if (isBroken(heard)) return heard
  const result = mine.slice()
  const own = partOf(result, i, n)
  for (const part of heard) addTo(own, part)
  divide(own, n)

  // 3. To all, and theirs.
  const broken = await say('mean', 0, i, own, others)
  if (broken !== undefined) return broken
  const means = await Promise.all(
    peers.map((peer, j) => (j === i ? [own.slice()] : hear('mean', 0, j, [peer]))),
  )
  for (const [j, mean] of means.entries()) {
    if (isBroken(mean)) return mean
    for (const part of mean) partOf(result, j, n).set(part)
  }
  return result
}
