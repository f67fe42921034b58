/** DepthwiseConv2dNativeBackpropInput, which the wasm backend lacks. */
import {
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
} from '@tensorflow/tfjs-core'
import { depthwiseInfo, eachTap } from './depthwise-backprop.ts'
import { floatsOf, wasmKernel } from './wasm-kernel.ts'

/** dy [b][oh][ow][cin * multiplier], filter [kh][kw][cin][multiplier] -> dx [b][h][w][cin]. */
export const depthwiseBackpropInput = wasmKernel<'dy' | 'filter', DepthwiseConv2dNativeBackpropInputAttrs>(
  DepthwiseConv2dNativeBackpropInput,
  ({ inputs, backend, attrs }) => {
    const info = depthwiseInfo(
      { ...attrs, filterShape: inputs.filter.shape },
      DepthwiseConv2dNativeBackpropInput,
    )
    const dx = backend.makeOutput(attrs.inputShape, 'float32')
    const dxValues = floatsOf(backend, dx).fill(0)
    const filters = floatsOf(backend, inputs.filter)
    const dy = floatsOf(backend, inputs.dy)
    eachTap(info, (input, filter, output, multiplier) => {
      let sum = 0
      for (let m = 0; m < multiplier; m++) sum += filters[filter + m]! * dy[output + m]!
      dxValues[input]! += sum
    })
    return dx
  },
)
