/**
 * What the kernels of this folder have in common: how tfjs calls them, how they reach the heap of the wasm module,
 * and how they call the kernels that it has.
 *
 * Every tensor here is a `TensorInfo`: an id of data on the wasm heap and a shape. The same data under another
 * shape is `{ ...tensor, shape }`. What a kernel allocates and does not return it frees with `disposeData`.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { BatchMatMul, getKernel, type KernelConfig, type TensorInfo, Transpose } from '@tensorflow/tfjs-core'

/** One call of a kernel whose inputs are named `Name`. */
export interface WasmCall<Name extends string, Attributes> {
  readonly inputs: Readonly<Record<Name, TensorInfo>>
  readonly backend: BackendWasm
  readonly attrs: Attributes
}

/** The kernel `kernelName` of the wasm backend. tfjs types all calls alike; here one gets the types of its op. */
export function wasmKernel<Name extends string, Attributes>(
  kernelName: string,
  compute: (call: WasmCall<Name, Attributes>) => TensorInfo,
): KernelConfig {
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) =>
      compute({
        inputs: inputs as Record<Name, TensorInfo>,
        backend: backend as BackendWasm,
        attrs: attrs as Attributes,
      }),
  }
}

/** The numbers of a float32 tensor on the heap. Allocating may move the heap: take views after all allocations. */
export function floatsOf(backend: BackendWasm, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array
}

/** a [rows][inner] times b [inner][columns], by XNNPACK. */
export function multiply(backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  return run(BatchMatMul, { a, b }, backend, { transposeA: false, transposeB: false })
}

/** `tensor` with its last two dimensions exchanged. */
export function transposed(backend: BackendWasm, tensor: TensorInfo): TensorInfo {
  const last = tensor.shape.length - 1
  const perm = tensor.shape.map((_, i) => (i < last - 1 ? i : i === last ? last - 1 : last))
  return run(Transpose, { x: tensor }, backend, { perm })
}

function run(
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  backend: BackendWasm,
  attrs: Record<string, boolean | number[]>,
): TensorInfo {
  return getKernel(kernelName, 'wasm').kernelFunc({ inputs, backend, attrs }) as TensorInfo
}
