/** The reference models: their sizes, their initial parameters, and the flat vector. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { flatten, layoutOf, unflatten } from '../../src/model/flatten.ts'
import { initialParameters, modelNames, modelOf } from '../../src/model/models.ts'
import { isCoded } from '../../src/util/coded-error.ts'

test('the models have as many parameters as their papers and specification say', () => {
  // 784*100 + 100 + 100*10 + 10, and 25*20+20 + 25*20*50+50 + 800*80+80 + 80*10+10.
  assert.equal(modelOf('mlp').dimension, 79_510)
  assert.equal(modelOf('cnn').dimension, 90_460)
})

test('the same seed starts every peer from the same bits, another seed elsewhere', () => {
  for (const name of modelNames) {
    const model = modelOf(name)
    assert.deepEqual(initialParameters(model, 1), initialParameters(model, 1))
    assert.notDeepEqual(initialParameters(model, 1), initialParameters(model, 2))
  }
})

test('the initial parameters of a seed never change: peers of different versions must agree on them', () => {
  const digest = (name: 'mlp' | 'cnn') =>
    createHash('sha256')
      .update(new Uint8Array(initialParameters(modelOf(name), 1).buffer))
      .digest('hex')
  assert.equal(digest('mlp').slice(0, 16), '93f09538a5a6f56f')
  assert.equal(digest('cnn').slice(0, 16), 'c7107580583a067c')
})

test('weights are Glorot uniform and biases zero', () => {
  for (const name of modelNames) {
    const model = modelOf(name)
    const tensors = unflatten(initialParameters(model, 3), model.layout)
    for (const layer of model.layers) {
      const weight = tensors.find((tensor) => tensor.name === `${layer.name}.weight`)
      const bias = tensors.find((tensor) => tensor.name === `${layer.name}.bias`)
      assert.ok(weight && bias)
      const field = layer.kind === 'conv' ? layer.size ** 2 : 1
      const limit = Math.sqrt(6 / (field * (layer.inputs + layer.outputs)))
      assert.ok(weight.values.every((value) => Math.abs(value) <= Math.fround(limit)))
      const variance = weight.values.reduce((sum, value) => sum + value ** 2, 0) / weight.values.length
      // Uniform on [-limit, limit]: variance limit^2 / 3; within a fifth, also for the 500 weights of conv1.
      assert.ok(Math.abs((3 * variance) / limit ** 2 - 1) < 0.2, `${name} ${layer.name}`)
      assert.ok(bias.values.every((value) => value === 0))
    }
  }
})

test('flattening and unflattening are inverse, and unflattening copies nothing', () => {
  const layout = layoutOf([
    { name: 'a', shape: [2, 2] },
    { name: 'b', shape: [] },
    { name: 'c', shape: [3] },
  ])
  const flat = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const tensors = unflatten(flat, layout)
  assert.deepEqual(
    tensors.map(({ values }) => [...values]),
    [[1, 2, 3, 4], [5], [6, 7, 8]],
  )
  assert.ok(tensors.every(({ values }) => values.buffer === flat.buffer))
  assert.deepEqual(
    flatten(
      tensors.map(({ values }) => values),
      layout,
    ),
    flat,
  )
})

test('a vector of the wrong length is refused with both lengths', () => {
  const layout = layoutOf([{ name: 'a', shape: [2] }])
  const isWrongLength = (error: unknown) =>
    isCoded(error, 'MODEL_WRONG_LENGTH') && /\b3 .*\b2 /.test(error.message)
  assert.throws(() => unflatten(new Float32Array(3), layout), isWrongLength)
  assert.throws(() => flatten([new Float32Array(3)], layout), isWrongLength)
})
