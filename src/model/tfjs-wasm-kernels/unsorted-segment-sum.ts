/** UnsortedSegmentSum, which the wasm backend lacks: the gradient of gathering rows, as in an embedding. */
import {
  type TensorInfo,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core'
import { floatsOf, wasmKernel } from './wasm-kernel.ts'

/** x [rows][...], segmentIds [rows] -> [numSegments][...], the sum of the rows of each segment; others are ignored. */
export const unsortedSegmentSum = wasmKernel<'x' | 'segmentIds', UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs, backend, attrs: { numSegments } }): TensorInfo => {
    const rowShape = inputs.x.shape.slice(1)
    const rowSize = util.sizeFromShape(rowShape)
    const sums = backend.makeOutput([numSegments, ...rowShape], 'float32')
    const sumValues = floatsOf(backend, sums).fill(0)
    const x = floatsOf(backend, inputs.x)
    backend.typedArrayFromHeap(inputs.segmentIds).forEach((segment, row) => {
      if (segment < 0 || segment >= numSegments) return
      for (let i = 0; i < rowSize; i++) sumValues[segment * rowSize + i]! += x[row * rowSize + i]!
    })
    return sums
  },
)
