/**
 * MaxPoolGrad: each output's gradient goes to the first of its window's inputs that equals the maximum, in reading
 * order, as on the `cpu` backend. The shipped kernel asks of every input which windows it won, ten times slower.
 */
import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs } from '@tensorflow/tfjs-core'
import type { ConvInfo } from './columns.ts'
import { floatsOf, wasmKernel } from './wasm-kernel.ts'

/** dy and output [b][oh][ow][c], input [b][h][w][c] -> dx [b][h][w][c]. */
export const maxPoolGrad = wasmKernel<'dy' | 'input' | 'output', MaxPoolGradAttrs>(
  MaxPoolGrad,
  ({ inputs, backend, attrs }) => {
    const info = backend_util.computePool2DInfo(
      inputs.input.shape as [number, number, number, number],
      attrs.filterSize,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
    )
    const dx = backend.makeOutput(info.inShape, 'float32')
    const dxValues = floatsOf(backend, dx).fill(0)
    const input = floatsOf(backend, inputs.input)
    const maxima = floatsOf(backend, inputs.output)
    const dy = floatsOf(backend, inputs.dy)
    eachWindow(info, (corner, rows, columns, output) => {
      for (let channel = 0; channel < info.inChannels; channel++) {
        const maximum = maxima[output + channel]!
        const winner = firstEqual(input, maximum, corner + channel, rows, columns, info)
        if (winner !== -1) dxValues[winner]! += dy[output + channel]!
      }
    })
    return dx
  },
)

/**
 * Calls `visit` for every window, with the offset of its first input inside the image, how many rows and columns
 * of it are inside, and the offset of its output; both offsets are those of channel 0.
 */
function eachWindow(
  info: ConvInfo,
  visit: (corner: number, rows: number, columns: number, output: number) => void,
): void {
  const { inChannels, inHeight, inWidth } = info
  let output = 0
  for (let sample = 0; sample < info.batchSize; sample++) {
    for (let outY = 0; outY < info.outHeight; outY++) {
      const y = outY * info.strideHeight - info.padInfo.top
      const fromY = Math.max(0, y)
      const rows = Math.min(inHeight, y + info.filterHeight) - fromY
      for (let outX = 0; outX < info.outWidth; outX++) {
        const x = outX * info.strideWidth - info.padInfo.left
        const fromX = Math.max(0, x)
        const columns = Math.min(inWidth, x + info.filterWidth) - fromX
        visit(((sample * inHeight + fromY) * inWidth + fromX) * inChannels, rows, columns, output)
        output += inChannels
      }
    }
  }
}

/** Where in a window that starts at `corner` `values` first holds `maximum`; -1 if nowhere, as with NaN. */
function firstEqual(
  values: Float32Array,
  maximum: number,
  corner: number,
  rows: number,
  columns: number,
  { inWidth, inChannels }: ConvInfo,
): number {
  for (let row = 0; row < rows; row++) {
    const start = corner + row * inWidth * inChannels
    const end = start + columns * inChannels
    for (let i = start; i < end; i += inChannels) if (values[i] === maximum) return i
  }
  return -1
}
