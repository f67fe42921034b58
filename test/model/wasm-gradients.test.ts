/** Training on wasm: the gradients of the reference models against those of the `cpu` backend, and no leaks. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  add,
  backend,
  dispose,
  grads,
  logSoftmax,
  matMul,
  mean,
  memory,
  mul,
  neg,
  relu,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { unflatten } from '../../src/model/flatten.ts'
import { initialParameters, modelNames, modelOf } from '../../src/model/models.ts'
import { emptyScore, evaluationOf, score } from '../../src/model/score.ts'
import { chooseBackend } from '../../src/model/tfjs-backend.ts'
import { TfjsNetwork } from '../../src/model/tfjs-network.ts'
import { mnistBatch, normals, relativeDistance } from './helpers.ts'

/** Bytes of the wasm module's memory, which only grows. */
function heapBytes(): number {
  const wasm = backend() as BackendWasm
  const probe = wasm.makeOutput([1], 'float32')
  const { byteLength } = wasm.typedArrayFromHeap(probe).buffer
  wasm.disposeData(probe.dataId)
  return byteLength
}

before(() => chooseBackend('wasm'))

for (const name of modelNames) {
  const network = new TfjsNetwork(modelOf(name))
  const parameters = initialParameters(network.model, 1)

  test(`the gradient of the ${name} on wasm is that of cpu`, async () => {
    const batch = await mnistBatch(4)
    const onWasm = await network.gradient(parameters, batch)
    await chooseBackend('cpu')
    const onCpu = await network.gradient(parameters, batch)
    await chooseBackend('wasm')
    const distance = relativeDistance(onWasm, onCpu)
    assert.ok(distance < 1e-5, `relative distance ${distance}`)
  })

  test(`the gradient of the ${name} is the slope of the loss that is reported`, async () => {
    const batch = await mnistBatch(8)
    // Not at the initial parameters: there all biases are zero, and blank pixels sit in the kink of the ReLU.
    const noise = normals(parameters.length, 'noise', name)
    const point = parameters.map((value, i) => value + 0.01 * Number(noise[i]))
    const gradient = await network.gradient(point, batch)
    const lossAt = async (distance: number) => {
      const moved = point.map((value, i) => value + distance * Number(gradient[i]))
      const total = emptyScore()
      score(await network.logits(moved, batch), batch, total)
      return evaluationOf(total).loss
    }
    // Along the gradient itself the slope is its squared norm. The norm is about 1, so a step of 1e-4 changes the
    // loss by much more than float32 rounds it, and by little enough that few units cross a kink.
    const slope = gradient.reduce((sum, value) => sum + value * value, 0)
    const measured = ((await lossAt(1e-4)) - (await lossAt(-1e-4))) / 2e-4
    assert.ok(Math.abs(measured - slope) < 0.005 * slope, `${measured} is not ${slope}`)
  })

  test(`a hundred gradients of the ${name} leave no tensor and no growth of the heap behind`, async () => {
    const batch = await mnistBatch(4)
    for (let i = 0; i < 5; i++) await network.gradient(parameters, batch)
    const bytesBefore = heapBytes()
    for (let i = 0; i < 100; i++) await network.gradient(parameters, batch)
    assert.equal(memory().numTensors, 0)
    assert.equal((backend() as BackendWasm).numDataIds(), 0)
    assert.equal(heapBytes(), bytesBefore)
  })
}

test('the gradient of the mlp has the bits that tf.grads gives', async () => {
  const network = new TfjsNetwork(modelOf('mlp'))
  const parameters = initialParameters(network.model, 1)
  // One over seven is no float32: roundings differ where the order of operations does.
  for (const size of [1, 7, 64]) {
    const batch = await mnistBatch(size)
    const images = tensor2d(batch.images, [size, batch.images.length / size])
    const labels = tensor2d(batch.labels, [size, batch.labels.length / size])
    const weights = unflatten(parameters, network.model.layout).map(({ values, shape }) =>
      tensor(values, [...shape]),
    )
    const loss = (...[w1, b1, w2, b2]: Tensor[]) => {
      const hidden = relu(add(matMul(images, w1 as Tensor), b1 as Tensor))
      const logits = add(matMul(hidden, w2 as Tensor), b2 as Tensor)
      return neg(mean(sum(mul(labels, logSoftmax(logits)), 1))) as Scalar
    }
    const recorded = grads(loss)(weights)
    const expected = Float32Array.from(recorded.flatMap((gradient) => [...gradient.dataSync()]))
    dispose([images, labels, ...weights, ...recorded])
    assert.deepEqual(await network.gradient(parameters, batch), expected)
  }
})

test('a gradient reads the parameters when it is called, not later', async () => {
  const network = new TfjsNetwork(modelOf('mlp'))
  const parameters = initialParameters(network.model, 1)
  const batch = await mnistBatch(4)
  const expected = await network.gradient(parameters, batch)
  const pending = network.gradient(parameters, batch)
  parameters.fill(0)
  assert.deepEqual(await pending, expected)
})

test('loading a backend leaves the handlers of uncaught errors as they were', async () => {
  await chooseBackend('wasm')
  const added = process
    .listeners('unhandledRejection')
    .filter((listener) => `${listener}`.includes('throw reason'))
  assert.deepEqual(added, [])
})
