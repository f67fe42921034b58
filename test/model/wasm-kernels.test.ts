/** Each kernel that the wasm backend is given, against the `cpu` backend's, with strides, padding and odd sizes. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import {
  engine,
  memory,
  type NamedAttrMap,
  setBackend,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { chooseBackend } from '../../src/model/tfjs-backend.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { normals, relativeDistance } from './helpers.ts'

before(async () => {
  await chooseBackend('cpu')
  await chooseBackend('wasm')
})

type Inputs = Record<string, { readonly shape: number[]; readonly values: Float32Array | Int32Array }>

function input(name: string, shape: number[]): { shape: number[]; values: Float32Array } {
  return {
    shape,
    values: normals(
      shape.reduce((a, b) => a * b, 1),
      name,
      ...shape,
    ),
  }
}

async function compute(backendName: string, kernel: string, inputs: Inputs, attrs: NamedAttrMap) {
  await setBackend(backendName)
  const output = tidy(() => {
    const tensors = Object.entries(inputs).map(([name, { shape, values }]) => [name, tensor(values, shape)])
    return engine().runKernel(kernel, Object.fromEntries(tensors), attrs) as Tensor
  })
  const result = { shape: output.shape, values: (await output.data()) as Float32Array }
  output.dispose()
  assert.equal(memory().numTensors, 0)
  return result
}

async function assertAgrees(kernel: string, inputs: Inputs, attrs: NamedAttrMap): Promise<void> {
  const expected = await compute('cpu', kernel, inputs, attrs)
  const actual = await compute('wasm', kernel, inputs, attrs)
  assert.deepEqual(actual.shape, expected.shape)
  const distance = relativeDistance(actual.values, expected.values)
  assert.ok(distance < 1e-5, `relative distance ${distance}`)
}

/** Sizes after a 3 x 3 filter over 8 x 7 images. */
const convolutions = [
  { strides: [1, 1], pad: 'valid', out: [6, 5] },
  { strides: [1, 1], pad: 'same', out: [8, 7] },
  { strides: [2, 2], pad: 'same', out: [4, 4] },
  { strides: [2, 1], pad: 'valid', out: [3, 5] },
  { strides: [2, 2], pad: 2, out: [5, 5] },
] as const

for (const { strides, pad, out } of convolutions) {
  const attrs = { strides: [...strides], pad, dataFormat: 'NHWC', dilations: [1, 1] }
  const [height, width] = out
  const label = `stride ${strides.join(' x ')}, padding ${pad}`

  test(`Conv2DBackpropFilter agrees with cpu: ${label}`, () =>
    assertAgrees(
      'Conv2DBackpropFilter',
      { x: input('x', [2, 8, 7, 3]), dy: input('dy', [2, height, width, 4]) },
      { ...attrs, filterShape: [3, 3, 3, 4] },
    ))

  test(`Conv2DBackpropInput agrees with cpu: ${label}`, () =>
    assertAgrees(
      'Conv2DBackpropInput',
      { dy: input('dy', [2, height, width, 4]), filter: input('filter', [3, 3, 3, 4]) },
      { ...attrs, inputShape: [2, 8, 7, 3] },
    ))

  test(`DepthwiseConv2dNativeBackpropFilter agrees with cpu: ${label}`, () =>
    assertAgrees(
      'DepthwiseConv2dNativeBackpropFilter',
      { x: input('x', [2, 8, 7, 3]), dy: input('dy', [2, height, width, 6]) },
      { ...attrs, filterShape: [3, 3, 3, 2] },
    ))

  test(`DepthwiseConv2dNativeBackpropInput agrees with cpu: ${label}`, () =>
    assertAgrees(
      'DepthwiseConv2dNativeBackpropInput',
      { dy: input('dy', [2, height, width, 6]), filter: input('filter', [3, 3, 3, 2]) },
      { ...attrs, inputShape: [2, 8, 7, 3] },
    ))

  test(`MaxPoolGrad agrees with cpu, windows overlapping and cut off: ${label}`, async () => {
    const x = input('x', [2, 8, 7, 3])
    const pooling = { filterSize: [3, 3], strides: [...strides], pad }
    const output = await compute('cpu', 'MaxPool', { x }, pooling)
    await assertAgrees(
      'MaxPoolGrad',
      { dy: input('dy', output.shape), input: x, output: { ...output } },
      pooling,
    )
  })
}

test('of equal inputs in a window the first takes the gradient, as on cpu', async () => {
  const x = { shape: [1, 2, 2, 1], values: Float32Array.of(0, 5, 5, 5) }
  const output = { shape: [1, 1, 1, 1], values: Float32Array.of(5) }
  const dy = { shape: [1, 1, 1, 1], values: Float32Array.of(3) }
  const attrs = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' }
  const { values } = await compute('wasm', 'MaxPoolGrad', { dy, input: x, output }, attrs)
  assert.deepEqual([...values], [0, 3, 0, 0])
})

for (const [transposeA, transposeB] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const) {
  test(`BatchMatMul agrees with cpu: transposed ${transposeA}, ${transposeB}`, () =>
    assertAgrees(
      'BatchMatMul',
      {
        a: input('a', transposeA ? [3, 5, 4] : [3, 4, 5]),
        b: input('b', transposeB ? [3, 6, 5] : [3, 5, 6]),
      },
      { transposeA, transposeB },
    ))
}

test('BatchMatMul multiplies every matrix of a batch by one other', () =>
  assertAgrees(
    'BatchMatMul',
    { a: input('a', [3, 5, 4]), b: input('b', [1, 6, 5]) },
    { transposeA: true, transposeB: true },
  ))

test('UnsortedSegmentSum agrees with cpu, and ignores segments that are not there', () =>
  assertAgrees(
    'UnsortedSegmentSum',
    {
      x: input('x', [5, 2, 3]),
      segmentIds: { shape: [5], values: Int32Array.of(2, 0, 2, -1, 7) },
    },
    { numSegments: 4 },
  ))

test('a convolution that the loops would compute wrongly is refused with a code', async () => {
  const attrs = { strides: [1, 1], pad: 'valid', dataFormat: 'NCHW', filterShape: [3, 3, 3, 4] }
  const inputs = { x: input('x', [2, 3, 8, 7]), dy: input('dy', [2, 4, 6, 5]) }
  await assert.rejects(compute('wasm', 'Conv2DBackpropFilter', inputs, attrs), (error) =>
    isCoded(error, 'MODEL_KERNEL_UNSUPPORTED'),
  )
})
