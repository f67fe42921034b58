/** Sorts columns into rows of the workspace, few enough of them that they stay in the first cache. */
import { sortingNetwork } from '../sorting-network.ts'
import type { Binary } from './binary.ts'
import { bytesOf } from './place.ts'
import { Workspace } from './workspace.ts'

/** Of the 32 or 48 KiB that first caches have. */
const sortedBytes = 20_480
const mostCoordinates = 512

export class RowSorter {
  /** A table of the sorted rows, least first. */
  readonly table: number
  /** The first of the sorted rows, and the bytes from one to the next. */
  readonly sorted: number
  readonly stride: number
  readonly #sort: (rows: number, at: number, bytes: number) => number
  readonly #bytesAtOnce: number

  /** Of `n` rows, of which only the ranks from..to-1 need to come out right. */
  constructor({ kernel, sort }: Binary, space: Workspace, n: number, from: number, to: number) {
    const coordinates = Math.min(mostCoordinates, Math.max(16, Math.floor(sortedBytes / 4 / n / 16) * 16))
    this.#bytesAtOnce = bytesOf(coordinates)
    this.stride = Workspace.strideOf(this.#bytesAtOnce)
    this.table = space.take(n * Uint32Array.BYTES_PER_ELEMENT)
    this.sorted = space.take(n * this.stride)
    const { sorted, stride } = this
    space.setAddresses(
      this.table,
      Array.from({ length: n }, (_, rank) => sorted + rank * stride),
    )
    const inRegisters = sort(n)
    if (inRegisters !== undefined) {
      this.#sort = (rows, at, bytes) => inRegisters(rows, at, bytes, sorted, stride)
      return
    }
    const comparators = sortingNetwork(n, from, to)
    const network = space.take(comparators.byteLength)
    space.setAddresses(network, comparators)
    this.#sort = (rows, at, bytes) =>
      kernel.sortBy(network, comparators.length / 2, rows, n, at, bytes, sorted, stride)
  }

  /** Sorts `bytes` of the rows of a table, run by run, each followed by a `visit`. Whether all are finite. */
  eachRun(rows: number, bytes: number, visit: (at: number, bytes: number) => void): boolean {
    let areFinite = true
    for (let at = 0; at < bytes; at += this.#bytesAtOnce) {
      const length = Math.min(this.#bytesAtOnce, bytes - at)
      if (this.#sort(rows, at, length) === 0) areFinite = false
      visit(at, length)
    }
    return areFinite
  }
}
