/** DepthwiseConv2dNativeBackpropFilter, which the wasm backend lacks. */
import {
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
} from '@tensorflow/tfjs-core'
import { depthwiseInfo, eachTap } from './depthwise-backprop.ts'
import { floatsOf, wasmKernel } from './wasm-kernel.ts'

/** x [b][h][w][cin], dy [b][oh][ow][cin * multiplier] -> dW [kh][kw][cin][multiplier]. */
export const depthwiseBackpropFilter = wasmKernel<'x' | 'dy', DepthwiseConv2dNativeBackpropFilterAttrs>(
  DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, backend, attrs }) => {
    const info = depthwiseInfo({ ...attrs, inputShape: inputs.x.shape }, DepthwiseConv2dNativeBackpropFilter)
    const dw = backend.makeOutput(attrs.filterShape, 'float32')
    const dwValues = floatsOf(backend, dw).fill(0)
    const x = floatsOf(backend, inputs.x)
    const dy = floatsOf(backend, inputs.dy)
    eachTap(info, (input, filter, output, multiplier) => {
      for (let m = 0; m < multiplier; m++) dwValues[filter + m]! += x[input]! * dy[output + m]!
    })
    return dw
  },
)
