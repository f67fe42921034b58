/** Makes the wasm backend able to train. */
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { batchMatMul } from './batch-mat-mul.ts'
import { conv2DBackpropFilter } from './conv2d-backprop-filter.ts'
import { conv2DBackpropInput } from './conv2d-backprop-input.ts'
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts'
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts'
import { maxPoolGrad } from './max-pool-grad.ts'
import { unsortedSegmentSum } from './unsorted-segment-sum.ts'

/**
 * Registers the kernels of this folder; a second call does nothing. Call it after `@tensorflow/tfjs-backend-wasm` was
 * imported, which registers those that some of them replace, and before the backend is initialised, which sets those
 * up.
 */
export function registerWasmTrainingKernels(): void {
  if (getKernel(conv2DBackpropFilter.kernelName, conv2DBackpropFilter.backendName)) return
  const kernels = [
    batchMatMul(),
    conv2DBackpropFilter,
    conv2DBackpropInput,
    depthwiseBackpropFilter,
    depthwiseBackpropInput,
    maxPoolGrad,
    unsortedSegmentSum,
  ]
  for (const kernel of kernels) {
    if (getKernel(kernel.kernelName, kernel.backendName)) {
      unregisterKernel(kernel.kernelName, kernel.backendName)
    }
    registerKernel(kernel)
  }
}
