/**
 * Convolution as matrix multiplication (Chellapilla, Puri, Simard, "High performance convolutional neural networks
 * for document processing", 2006): the patches that a filter sees, laid out as a matrix, and back. NHWC.
 */
import type { backend_util } from '@tensorflow/tfjs-core'
import { modelError } from '../errors.ts'

/** Sizes, strides and padding of one convolution, as tfjs computes them. */
export type ConvInfo = backend_util.Conv2DInfo

/** Numbers in the patch of one output position. */
export function patchSize(info: ConvInfo): number {
  return info.filterHeight * info.filterWidth * info.inChannels
}

/** Output positions of all images of the batch. */
export function positionCount(info: ConvInfo): number {
  return info.batchSize * info.outHeight * info.outWidth
}

/**
 * Refuses a convolution that the loops below would compute wrongly. The reference models have none.
 *
 * @throws MODEL_KERNEL_UNSUPPORTED
 */
export function requireSupported(info: ConvInfo, kernel: string): void {
  const { dataFormat, dilationHeight, dilationWidth } = info
  if (dataFormat !== 'channelsLast' || dilationHeight !== 1 || dilationWidth !== 1) {
    throw modelError({
      code: 'MODEL_KERNEL_UNSUPPORTED',
      kernel,
      reason: `layout ${dataFormat}, dilation ${dilationHeight} x ${dilationWidth}`,
    })
  }
}

/**
 * The positions along one axis, `from` up to `to`, at which tap `tap` of the filter falls inside the input:
 * 0 <= position * stride + tap - pad < inputSize.
 */
export function insideRange(
  tap: number,
  stride: number,
  pad: number,
  inputSize: number,
  outputSize: number,
): [from: number, to: number] {
  const from = Math.max(0, Math.ceil((pad - tap) / stride))
  const to = Math.min(outputSize, Math.ceil((inputSize + pad - tap) / stride))
  return [from, Math.max(from, to)]
}

/** Fills `columns` [patchSize][positions] from `image` [batch][height][width][channels]; zeros where it is padding. */
export function imageToColumns(image: Float32Array, columns: Float32Array, info: ConvInfo): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = info
  const { top, left } = info.padInfo
  const rowStep = strideWidth * inChannels
  columns.fill(0)
  let column = 0
  for (let ky = 0; ky < info.filterHeight; ky++) {
    const [fromY, toY] = insideRange(ky, strideHeight, top, inHeight, outHeight)
    for (let kx = 0; kx < info.filterWidth; kx++) {
      const [fromX, toX] = insideRange(kx, strideWidth, left, inWidth, outWidth)
      for (let channel = 0; channel < inChannels; channel++) {
        for (let sample = 0; sample < info.batchSize; sample++) {
          for (let y = fromY; y < toY; y++) {
            const inY = sample * inHeight + y * strideHeight + ky - top
            let source = (inY * inWidth + fromX * strideWidth + kx - left) * inChannels + channel
            const end = column + y * outWidth + toX
            for (let target = column + y * outWidth + fromX; target < end; target++) {
              columns[target] = image[source]!
              source += rowStep
            }
          }
          column += outHeight * outWidth
        }
      }
    }
  }
}

/**
 * The adjoint, with the matrix the other way round: adds each row of `columns` [positions][patchSize] to where its
 * patch lies in `image` [batch][height][width][channels], which starts at zero.
 */
export function columnsToImage(columns: Float32Array, image: Float32Array, info: ConvInfo): void {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth } = info
  const { top, left } = info.padInfo
  image.fill(0)
  let row = 0
  for (let sample = 0; sample < info.batchSize; sample++) {
    for (let y = 0; y < info.outHeight; y++) {
      for (let x = 0; x < info.outWidth; x++) {
        const cornerX = x * strideWidth - left
        const fromX = Math.max(0, -cornerX)
        const toX = Math.min(filterWidth, inWidth - cornerX)
        for (let ky = 0; ky < filterHeight; ky++) {
          const inY = y * strideHeight - top + ky
          if (inY >= 0 && inY < inHeight) {
            // Neighbouring taps of one filter row are neighbours in the image too: one run of numbers.
            let target = ((sample * inHeight + inY) * inWidth + cornerX + fromX) * inChannels
            const end = row + toX * inChannels
            for (let source = row + fromX * inChannels; source < end; source++) {
              image[target]! += columns[source]!
              target++
            }
          }
          row += filterWidth * inChannels
        }
      }
    }
  }
}
