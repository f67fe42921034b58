import assert from 'node:assert/strict'
import { it } from 'node:test'
import { defaultKernels, kernelsNamed } from '../../../src/gar/kernels/default-kernels.ts'
import { referenceKernels } from '../../../src/gar/kernels/reference.ts'
import { isCoded } from '../../../src/util/coded-error.ts'

it('where the engine cannot run SIMD the reference is the default, and to ask for SIMD is an error', (t) => {
  const engine = (globalThis as { WebAssembly?: { validate(bytes: Uint8Array): boolean } }).WebAssembly
  assert.ok(engine)
  t.mock.method(engine, 'validate', () => false)
  assert.equal(defaultKernels(), referenceKernels)
  assert.equal(kernelsNamed('reference'), referenceKernels)
  assert.throws(
    () => kernelsNamed('simd'),
    (error) => isCoded(error, 'GAR_NO_SIMD'),
  )
})

it('where it can, SIMD is there by name', () => {
  assert.equal(kernelsNamed('simd').name, 'simd')
})
