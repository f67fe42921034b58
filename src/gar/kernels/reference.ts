/** The kernels in plain TypeScript: what runs where WebAssembly SIMD is missing, and what SIMD is held to bit for bit. */
import type { Combination, Mix, Point, Reduction } from '../gar.ts'
import { rowsOf } from '../plan.ts'
import { BlockSorter } from './block-sorter.ts'
import { squaredDistance, squaredDistanceTo } from './distances.ts'
import { isFiniteVector } from './finite.ts'
import { blockLength, type Kernels, type Rows } from './kernels.ts'
import { meanInto } from './mean.ts'
import { nearestMeanInto } from './nearest-mean.ts'
import { meanOfValidInto, medianOfValidInto } from './valid.ts'
import { scaleInto, weightedInto, weightInto } from './weighted.ts'

export const referenceKernels: Kernels = {
  name: 'reference',
  reduce(reduction, rows, from, to, sums) {
    const addBlock = adderOf(reduction, rows)
    return eachBlock(rows, from, to, (block) => addBlock(block, sums))
  },
  combine(combination, rows, from, to, result) {
    const writeBlock = writerOf(combination, rows)
    return eachBlock(rows, from, to, (block, start) =>
      writeBlock(block, result.subarray(start, start + (block[0] as Float32Array).length), start),
    )
  },
}

/** Visits blocks of the mixed rows; false where an input is not finite. */
function eachBlock(
  { vectors, mixes, valid, checked = false }: Rows,
  from: number,
  to: number,
  visit: (block: readonly Float32Array[], start: number) => void,
): boolean {
  const stages = mixes.map(mixerOf)
  // Values that are not there may be anything; those that are have been looked at where `valid` was.
  const isTrusted = checked || valid !== undefined
  for (let start = from; start < to; start += blockLength) {
    const end = Math.min(start + blockLength, to)
    const inputs = vectors.map((vector) => vector.subarray(start, end))
    if (!isTrusted && !inputs.every(isFiniteVector)) return false
    visit(
      stages.reduce<readonly Float32Array[]>((block, mix) => mix(block), inputs),
      start,
    )
  }
  return true
}

type Mixer = (block: readonly Float32Array[]) => readonly Float32Array[]

/** The mix of one block, in memory that it keeps for the next. */
function mixerOf(mix: Mix): Mixer {
  const length = mix.kind === 'means' ? mix.of.length : mix.by.length
  const scratch = Array.from({ length }, () => new Float32Array(blockLength))
  return (block) => {
    const mixed = scratch.map((row) => row.subarray(0, block[0]!.length))
    for (const [i, row] of mixed.entries()) {
      if (mix.kind === 'means')
        meanInto(
          row,
          mix.of[i]!.map((position) => block[position]!),
          0,
        )
      else scaleInto(row, block[i]!, mix.by[i]!)
    }
    return mixed
  }
}

function adderOf(reduction: Reduction, rows: Rows) {
  if (reduction.kind === 'squared-distances') return addSquaredDistances
  const pointOf = pointerOf(reduction.point, rows)
  return (block: readonly Float32Array[], sums: Float64Array) => {
    const point = pointOf(block)
    for (const [i, row] of block.entries()) sums[i] = sums[i]! + squaredDistanceTo(row, point)
  }
}

function addSquaredDistances(block: readonly Float32Array[], sums: Float64Array): void {
  const n = block.length
  const length = block[0]!.length
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      sums[i * n + j] = sums[i * n + j]! + squaredDistance(block[i]!, block[j]!, 0, length)
    }
  }
}

/** The point's coordinates in a block, in float64. */
function pointerOf(point: Point, rows: Rows): (block: readonly Float32Array[]) => Float64Array {
  const scratch = new Float64Array(blockLength)
  if (point.kind === 'zero') return (block) => scratch.subarray(0, block[0]!.length)
  if (point.kind === 'weights')
    return (block) => {
      const coordinates = scratch.subarray(0, block[0]!.length)
      weightInto(coordinates, block, point.weights)
      return coordinates
    }
  const { from, to } = point
  const sorter = new BlockSorter(countOf(rows), from, to)
  return (block) => {
    const coordinates = scratch.subarray(0, block[0]!.length)
    meanInto(coordinates, sorter.sort(block).slice(from, to), 0)
    return coordinates
  }
}

type Writer = (block: readonly Float32Array[], result: Float32Array, start: number) => void

function writerOf(combination: Combination, rows: Rows): Writer {
  switch (combination.kind) {
    case 'copy':
      return (block, result) => result.set(block[combination.position]!)
    case 'mean':
      return (block, result) =>
        meanInto(
          result,
          combination.positions.map((i) => block[i]!),
          0,
        )
    case 'weighted':
      return (block, result) => weightedInto(result, block, combination.weights)
    case 'rank-mean': {
      const { from, to } = combination
      const sorter = new BlockSorter(countOf(rows), from, to)
      return (block, result) => meanInto(result, sorter.sort(block).slice(from, to), 0)
    }
    case 'nearest-mean': {
      const sorter = new BlockSorter(countOf(rows))
      return (block, result) => nearestMeanInto(result, sorter.sort(block), combination)
    }
    case 'mean-of-valid':
      return (block, result, start) => meanOfValidInto(result, block, rows.valid!, start)
    case 'median-of-valid':
      return (block, result, start) => medianOfValidInto(result, block, rows.valid!, start, combination.even)
  }
}

/** How many rows there are after the mixes. */
function countOf({ vectors, mixes }: Pick<Rows, 'vectors' | 'mixes'>): number {
  const last = mixes.at(-1)
  return last === undefined ? vectors.length : rowsOf(last)
}
