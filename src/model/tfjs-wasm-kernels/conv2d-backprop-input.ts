/**
 * Conv2DBackpropInput: dx = image(dy * W^T), the product by XNNPACK.
 *
 * The shipped kernel is a scalar loop. For the second convolution of the reference CNN, batch 64, it takes 57 ms; a
 * convolution over the flipped filter takes 13 ms, because it multiplies by the padding too; this takes 8 ms.
 */
import { backend_util, Conv2DBackpropInput, type Conv2DBackpropInputAttrs } from '@tensorflow/tfjs-core'
import { columnsToImage, patchSize, positionCount, requireSupported } from './columns.ts'
import { floatsOf, multiply, transposed, wasmKernel } from './wasm-kernel.ts'

/** dy [b][oh][ow][cout], filter [kh][kw][cin][cout] -> dx [b][h][w][cin]. Scratch: b*oh*ow * kh*kw*cin floats. */
export const conv2DBackpropInput = wasmKernel<'dy' | 'filter', Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ inputs: { dy, filter }, backend, attrs }) => {
    const info = backend_util.computeConv2DInfo(
      attrs.inputShape,
      filter.shape as [number, number, number, number],
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      backend_util.convertConv2DDataFormat(attrs.dataFormat),
    )
    requireSupported(info, Conv2DBackpropInput)
    const rows = { ...dy, shape: [positionCount(info), info.outChannels] }
    const filterRows = transposed(backend, { ...filter, shape: [patchSize(info), info.outChannels] })
    const columns = multiply(backend, rows, filterRows)
    backend.disposeData(filterRows.dataId)
    const dx = backend.makeOutput(info.inShape, 'float32')
    columnsToImage(floatsOf(backend, columns), floatsOf(backend, dx), info)
    backend.disposeData(columns.dataId)
    return dx
  },
)
