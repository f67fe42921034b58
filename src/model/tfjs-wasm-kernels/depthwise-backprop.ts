/** What the two depthwise gradients share: one walk over all (output, tap) pairs of a depthwise convolution. */
import { backend_util } from '@tensorflow/tfjs-core'
import { type ConvInfo, insideRange, requireSupported } from './columns.ts'

/** The attributes that both gradients have, and the two shapes from which the sizes follow. */
export interface DepthwiseSizes {
  readonly strides: [number, number] | number
  readonly dilations: [number, number] | number
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly inputShape: number[]
  readonly filterShape: number[]
}

/** Sizes of a depthwise convolution. @throws MODEL_KERNEL_UNSUPPORTED */
export function depthwiseInfo(sizes: DepthwiseSizes, kernel: string): ConvInfo {
  const info = backend_util.computeConv2DInfo(
    sizes.inputShape as [number, number, number, number],
    sizes.filterShape as [number, number, number, number],
    sizes.strides,
    sizes.dilations,
    sizes.pad,
    sizes.dimRoundingMode,
    true,
  )
  requireSupported(info, kernel)
  return info
}

/**
 * Calls `visit(input, filter, output, multiplier)` for every place where a filter tap meets an input inside the
 * image. The three are offsets: of one input channel, of its first filter in [kh][kw][cin][multiplier], and of its
 * first output channel; `multiplier` filters and outputs follow one another from there.
 */
export function eachTap(
  info: ConvInfo,
  visit: (input: number, filter: number, output: number, multiplier: number) => void,
): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterWidth } = info
  const multiplier = info.outChannels / inChannels
  for (let ky = 0; ky < info.filterHeight; ky++) {
    const [fromY, toY] = insideRange(ky, info.strideHeight, info.padInfo.top, inHeight, outHeight)
    for (let kx = 0; kx < filterWidth; kx++) {
      const [fromX, toX] = insideRange(kx, info.strideWidth, info.padInfo.left, inWidth, outWidth)
      const tap = (ky * filterWidth + kx) * info.outChannels
      for (let sample = 0; sample < info.batchSize; sample++) {
        for (let y = fromY; y < toY; y++) {
          const inY = sample * inHeight + y * info.strideHeight + ky - info.padInfo.top
          const outY = sample * outHeight + y
          for (let x = fromX; x < toX; x++) {
            const inX = x * info.strideWidth + kx - info.padInfo.left
            const input = (inY * inWidth + inX) * inChannels
            const output = (outY * outWidth + x) * info.outChannels
            for (let channel = 0; channel < inChannels; channel++) {
              const first = channel * multiplier
              visit(input + channel, tap + first, output + first, multiplier)
            }
          }
        }
      }
    }
  }
}
