/**
 * BatchMatMul that transposes its operands first.
 *
 * As shipped, only the product of untransposed operands reaches XNNPACK; any other falls to a scalar loop ten times
 * slower, and both products of a dense layer's gradient are such.
 */
import { BatchMatMul, type BatchMatMulAttrs, getKernel, type KernelConfig } from '@tensorflow/tfjs-core'
import { transposed, wasmKernel } from './wasm-kernel.ts'

/** Wraps the shipped kernel, whose place it takes. */
export function batchMatMul(): KernelConfig {
  const shipped = getKernel(BatchMatMul, 'wasm')
  const kernel = wasmKernel<'a' | 'b', BatchMatMulAttrs>(BatchMatMul, ({ inputs, backend, attrs }) => {
    const a = attrs.transposeA ? transposed(backend, inputs.a) : inputs.a
    const b = attrs.transposeB ? transposed(backend, inputs.b) : inputs.b
    const product = shipped.kernelFunc({
      inputs: { a, b },
      backend,
      attrs: { transposeA: false, transposeB: false },
    })
    if (attrs.transposeA) backend.disposeData(a.dataId)
    if (attrs.transposeB) backend.disposeData(b.dataId)
    return Array.isArray(product) ? product[0]! : product
  })
  return { ...shipped, kernelFunc: kernel.kernelFunc }
}
