/**
 * What is made of vectors with gaps, so that a rule can be applied. A vector that cannot be used is absent, as a silent
 * worker's is.
 *
 *   `stale`: each gap is filled with what the same worker last said there. Absent until every chunk has come once, and in a
 *     step in which nothing came.
 *   `nan`: a rule that works coordinate by coordinate gets, for each coordinate, the values that came; any other rule the
 *     vectors that came whole. No number stands for what is missing, so nothing can mistake one for a value.
 *   `drop-vector`: the vectors that came whole.
 */
import type { PeerId } from '../../mesh/mesh.ts'
import { type Arrival, type Chunking, chunkCount, filledFrom, type Range, rangeOf } from './chunks.ts'

/** The first is the default: of a vector of hundreds of chunks one is nearly always lost, and the others would lose it whole. */
export const fills = ['stale', 'nan', 'drop-vector'] as const
export type FillPolicy = (typeof fills)[number]

/** Values of some coordinates, from those of whom they are there, in the order of the members. */
export interface Piece extends Range {
  readonly heard: readonly { readonly peer: PeerId; readonly value: Float32Array }[]
}

/** What came of each worker that said anything, in the order of the members. */
export type Arrivals = readonly (readonly [PeerId, Arrival])[]

/** From what came in a step to pieces that together hold each coordinate once. */
export type Fill = (arrivals: Arrivals) => readonly Piece[]

/** Whether a vector with a gap is lost whole. */
export function dropsVectors(policy: FillPolicy, byCoordinate: boolean): boolean {
  return policy === 'drop-vector' || (policy === 'nan' && !byCoordinate)
}

/** To be called once a step: under `stale` it remembers a vector of each worker. */
export function fillOf(policy: FillPolicy, byCoordinate: boolean, chunking: Chunking): Fill {
  if (policy === 'nan' && byCoordinate) return (arrivals) => piecesOf(arrivals, chunking)
  if (policy !== 'stale') return (arrivals) => [wholeOf(arrivals, chunking)]
  const last = new Map<PeerId, Arrival>()
  return (arrivals) => {
    for (const [peer, arrival] of arrivals) {
      const before = last.get(peer)
      last.set(peer, before === undefined ? arrival : filledFrom(arrival, before))
    }
    return [
      wholeOf(
        arrivals.map(([peer, arrival]) => [peer, last.get(peer) ?? arrival]),
        chunking,
      ),
    ]
  }
}

/** Runs of chunks that came from the same workers. */
function piecesOf(arrivals: Arrivals, chunking: Chunking): readonly Piece[] {
  const areFromTheSame = (one: number, other: number) =>
    arrivals.every(([, arrival]) => arrival.has(one) === arrival.has(other))
  const pieces: Piece[] = []
  const count = chunkCount(chunking)
  for (let first = 0, next = 1; first < count; first = next++) {
    while (next < count && areFromTheSame(first, next)) next++
    const range = { from: rangeOf(chunking, first).from, to: rangeOf(chunking, next - 1).to }
    const those = arrivals.filter(([, arrival]) => arrival.has(first))
    pieces.push(pieceOf(those, range))
  }
  return pieces
}

function wholeOf(arrivals: Arrivals, { dimension }: Chunking): Piece {
  const those = arrivals.filter(([, arrival]) => arrival.isWhole)
  return pieceOf(those, { from: 0, to: dimension })
}

function pieceOf(arrivals: Arrivals, { from, to }: Range): Piece {
  return {
    from,
    to,
    heard: arrivals.map(([peer, { values }]) => ({ peer, value: values.subarray(from, to) })),
  }
}
