/** Vectors that are not in memory: n of them, given block by block. */
import { aggregatorError } from './errors.ts'

export interface VectorSource {
  readonly n: number
  readonly d: number
  /**
   * One pass over the coordinates: blocks of [n][k], k as the source likes and not the same each time, from coordinate 0
   * to d - 1. Called once a pass. A block may be overwritten once the next one is asked for.
   */
  blocks(): AsyncIterable<readonly Float32Array[]>
}

/** The same coordinates of all vectors, and which. */
export interface Block {
  /** [n][k] */
  readonly rows: readonly Float32Array[]
  readonly from: number
}

/**
 * The blocks of one pass, cut and put together into blocks of `length` coordinates but for the last. Blocks are views of
 * one piece of memory, which the next block overwrites.
 *
 * @throws AGGREGATOR_BAD_BLOCK, AGGREGATOR_RAGGED_BLOCK, AGGREGATOR_WRONG_LENGTH
 */
export async function* blocksOf(
  source: VectorSource,
  length: number,
): AsyncGenerator<Block, void, undefined> {
  const { n, d } = source
  const buffers = Array.from({ length: n }, () => new Float32Array(Math.min(length, d)))
  const full = (held: number): Block['rows'] => buffers.map((buffer) => buffer.subarray(0, held))
  let from = 0
  let held = 0
  for await (const rows of source.blocks()) {
    const count = checkedLength(rows, from + held, source)
    for (let taken = 0; taken < count; ) {
      const more = Math.min(length - held, count - taken)
      for (const [i, row] of rows.entries()) buffers[i]?.set(row.subarray(taken, taken + more), held)
      taken += more
      held += more
      if (held < length) continue
      yield { rows: full(held), from }
      from += held
      held = 0
    }
  }
  if (from + held < d)
    throw aggregatorError({ code: 'AGGREGATOR_WRONG_LENGTH', coordinates: from + held, expected: d })
  if (held > 0) yield { rows: full(held), from }
}

/** The coordinates of a block that begins at `from`. */
function checkedLength(rows: readonly Float32Array[], from: number, { n, d }: VectorSource): number {
  if (rows.length !== n)
    throw aggregatorError({ code: 'AGGREGATOR_BAD_BLOCK', from, rows: rows.length, expected: n })
  const length = rows[0]?.length ?? 0
  const position = rows.findIndex((row) => row.length !== length)
  if (position >= 0) throw aggregatorError({ code: 'AGGREGATOR_RAGGED_BLOCK', from, position })
  if (from + length > d)
    throw aggregatorError({ code: 'AGGREGATOR_WRONG_LENGTH', coordinates: from + length, expected: d })
  return length
}
