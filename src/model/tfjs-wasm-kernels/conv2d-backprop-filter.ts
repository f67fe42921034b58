/** Conv2DBackpropFilter, which the wasm backend lacks: dW = columns(x) * dy, the product by XNNPACK. */
import { backend_util, Conv2DBackpropFilter, type Conv2DBackpropFilterAttrs } from '@tensorflow/tfjs-core'
import { imageToColumns, patchSize, positionCount, requireSupported } from './columns.ts'
import { floatsOf, multiply, wasmKernel } from './wasm-kernel.ts'

/** x [b][h][w][cin], dy [b][oh][ow][cout] -> dW [kh][kw][cin][cout]. Scratch: b*oh*ow * kh*kw*cin floats. */
export const conv2DBackpropFilter = wasmKernel<'x' | 'dy', Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ inputs: { x, dy }, backend, attrs }) => {
    const info = backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      attrs.filterShape,
      attrs.strides,
      1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      backend_util.convertConv2DDataFormat(attrs.dataFormat),
    )
    requireSupported(info, Conv2DBackpropFilter)
    const columns = backend.makeOutput([patchSize(info), positionCount(info)], 'float32')
    imageToColumns(floatsOf(backend, x), floatsOf(backend, columns), info)
    const product = multiply(backend, columns, { ...dy, shape: [positionCount(info), info.outChannels] })
    backend.disposeData(columns.dataId)
    return { ...product, shape: attrs.filterShape }
  },
)
