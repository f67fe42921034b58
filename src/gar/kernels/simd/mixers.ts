/** Makes rows of rows, one chunk at a time. */
import type { Mix } from '../../gar.ts'
import type { Binary } from './binary.ts'
import { bytesOf } from './place.ts'
import { Workspace } from './workspace.ts'

/** From the table of the rows before to that of the rows after; `length` in coordinates. */
export type Mixer = (rows: number, length: number) => number

/** What makes the rows of `mix` out of `n`, for chunks of at most `length` coordinates. */
export function mixerOf(binary: Binary, space: Workspace, mix: Mix, n: number, length: number): Mixer {
  return mix.kind === 'scales'
    ? scalesOf(binary, space, mix.by, length)
    : meansOf(binary, space, mix.of, n, length)
}

/** Rows of a workspace and the table of their addresses. */
function rowsIn(space: Workspace, count: number, bytes: number) {
  const stride = Workspace.strideOf(bytes)
  const start = space.take(count * stride)
  const addresses = Array.from({ length: count }, (_, i) => start + i * stride)
  const table = space.take(count * Uint32Array.BYTES_PER_ELEMENT)
  space.setAddresses(table, addresses)
  return { addresses, table, start, stride }
}

function scalesOf({ kernel }: Binary, space: Workspace, by: Float64Array, length: number): Mixer {
  const mixed = rowsIn(space, by.length, bytesOf(length))
  return (rows, coordinates) => {
    const bytes = bytesOf(coordinates)
    for (const [i, address] of mixed.addresses.entries())
      kernel.scale(space.addressAt(rows, i), by[i]!, bytes, address)
    return mixed.table
  }
}

/**
 * A row that is in many means is made float64 once for all of them: then each addition costs no more than itself.
 */
function meansOf(
  { kernel }: Binary,
  space: Workspace,
  of: readonly (readonly number[])[],
  n: number,
  length: number,
): Mixer {
  const mixed = rowsIn(space, of.length, bytesOf(length))
  const wide = rowsIn(space, n, 2 * bytesOf(length))
  // One table for each mean, of the wide rows that it is made of.
  const tables = of.map((positions) => {
    const table = space.take(positions.length * Uint32Array.BYTES_PER_ELEMENT)
    space.setAddresses(
      table,
      positions.map((position) => wide.addresses[position]!),
    )
    return table
  })
  return (rows, coordinates) => {
    const bytes = bytesOf(coordinates)
    kernel.widen(rows, n, bytes / Float32Array.BYTES_PER_ELEMENT, wide.start, wide.stride)
    for (const [i, positions] of of.entries())
      kernel.meanOfWide(tables[i]!, positions.length, bytes, 1 / positions.length, mixed.addresses[i]!)
    return mixed.table
  }
}
