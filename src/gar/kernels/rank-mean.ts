/** Statistics of each coordinate's sorted values: the loop under the median and the trimmed mean. */
import { meanInto } from './mean.ts'
import { sortingNetwork } from './sorting-network.ts'

/** Coordinates sorted at a time: the rows of a few dozen vectors then stay in the second-level cache. */
const blockLength = 1024

/**
 * Per coordinate, the mean of the values of rank from..to-1 among the n sorted ones: [n][d] to [d], 0 <= from < to <= n.
 *
 * Summed in float64 from the lowest rank up, so the order of the vectors does not change a bit of the result. The
 * result lies between the values of rank `from` and `to - 1`: rounding is monotone, and k times a float32 is exact in
 * float64. Never -0. O(d n log^2 n) time; scratch for n + 2 blocks.
 */
export function meanOfRanks(vectors: readonly Float32Array[], from: number, to: number): Float32Array {
  const mean = new Float32Array(vectors[0]!.length)
  const network = sortingNetwork(vectors.length, from, to)
  const rows = vectors.map(() => new Float32Array(blockLength))
  const keys = rows.map((row) => new Int32Array(row.buffer))
  for (let start = 0; start < mean.length; start += blockLength) {
    const block = mean.subarray(start, start + blockLength)
    for (const [i, row] of rows.entries()) row.set(vectors[i]!.subarray(start, start + blockLength))
    toggleKeys(keys, block.length)
    sortColumns(keys, network, block.length)
    toggleKeys(keys.slice(from, to), block.length)
    meanInto(block, rows.slice(from, to), 0)
  }
  return mean
}

/**
 * Between the bits of float32s and signed integers that order as the numbers do, -0 below 0: the bits of negative
 * numbers fall as these grow, so all but their sign are flipped. Its own inverse. Integers are exchanged without a
 * branch, three times as fast as floats.
 */
function toggleKeys(rows: readonly Int32Array[], length: number): void {
  for (const row of rows) {
    for (let k = 0; k < length; k++) {
      const bits = row[k]!
      row[k] = bits ^ ((bits >> 31) & 0x7fffffff)
    }
  }
}

/** Runs the network on every column. Both loops in one function, for the reason given at `meanInto`. */
function sortColumns(rows: readonly Int32Array[], network: Int32Array, length: number): void {
  for (let c = 0; c < network.length; c += 2) {
    const low = rows[network[c]!]!
    const high = rows[network[c + 1]!]!
    for (let k = 0; k < length; k++) {
      const a = low[k]!
      const b = high[k]!
      // -true is all ones: the bits in which a and b differ, or none.
      const swap = -(a > b) & (a ^ b)
      low[k] = a ^ swap
      high[k] = b ^ swap
    }
  }
}
