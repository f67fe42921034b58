/**
 * A model on tensors: pure functions of parameters and samples. It holds no parameters of its own, so any number of
 * learners may use one. Every tensor of the project is born in this file and freed in it.
 */
import * as tf from '@tensorflow/tfjs-core'
// Imported for what it registers: core alone has no gradients in Node.
import '@tensorflow/tfjs-layers'
import type { Batch } from '../data/batches.ts'
import { imageShape } from '../data/dataset.ts'
import { unflatten } from './flatten.ts'
import type { Layer, Model } from './models.ts'

export class TfjsNetwork {
  readonly model: Model

  constructor(model: Model) {
    this.model = model
  }

  /**
   * The gradient at `parameters` of the mean softmax cross-entropy over `batch`, as one flat vector.
   * `parameters` are read before the first wait and not kept.
   */
  async gradient(parameters: Float32Array, batch: Batch): Promise<Float32Array> {
    const flat = tf.tidy(() => {
      const weights = this.#tensors(parameters)
      const isDense = this.model.layers.every(({ kind }) => kind === 'dense')
      const gradients = isDense ? denseGradients(weights, batch) : this.#gradients(weights, batch)
      return tf.concat(gradients.map((gradient) => tf.reshape(gradient, [-1])))
    })
    return take(flat)
  }

  #gradients(weights: tf.Tensor[], batch: Batch): tf.Tensor[] {
    const images = imagesOf(batch)
    const labels = tf.tensor2d(batch.labels, labelShape(batch))
    const loss = (...weights: tf.Tensor[]) => crossEntropy(this.#logits(images, weights), labels)
    return tf.grads(loss)(weights)
  }

  /** The last layer's outputs before the softmax, at `parameters`: [size][10]. */
  async logits(parameters: Float32Array, batch: Batch): Promise<Float32Array> {
    return take(tf.tidy(() => this.#logits(imagesOf(batch), this.#tensors(parameters))))
  }

  #tensors(parameters: Float32Array): tf.Tensor[] {
    return unflatten(parameters, this.model.layout).map(({ values, shape }) => tf.tensor(values, [...shape]))
  }

  #logits(images: tf.Tensor4D, weights: readonly tf.Tensor[]): tf.Tensor2D {
    const { layers } = this.model
    let activations: tf.Tensor = images
    layers.forEach((layer, i) => {
      const [weight, bias] = weights.slice(2 * i, 2 * i + 2) as [tf.Tensor, tf.Tensor1D]
      const sums = tf.add(weigh(layer, activations, weight), bias)
      activations = i < layers.length - 1 ? tf.relu(sums) : sums
    })
    return activations as tf.Tensor2D
  }
}

/**
 * The same bits as those of `tf.grads` for a network of dense layers, from a quarter of the operations: on a small network each
 * costs more to record, to look up and to clean up after than to compute.
 */
function denseGradients(weights: readonly tf.Tensor[], batch: Batch): tf.Tensor[] {
  const layers = pairsOf(weights)
  /** What each layer is given; at the end, the logits. */
  const activations = [tf.tensor2d(batch.images, [batch.size, batch.images.length / batch.size])]
  for (const [i, [weight, bias]] of layers.entries()) {
    const sums = tf.add(tf.matMul(activations[i] as tf.Tensor2D, weight), bias) as tf.Tensor2D
    activations.push(i < layers.length - 1 ? tf.relu(sums) : sums)
  }
  const share = Math.fround(-1 / batch.size)
  const probabilities = tf.exp(tf.logSoftmax(activations.pop() as tf.Tensor2D))
  const targets = batch.labels.map((label) => share * label)
  /** Of the loss, by what the layer at hand adds up. */
  let slope: tf.Tensor2D = tf.sub(tf.tensor2d(targets, labelShape(batch)), tf.mul(probabilities, share))
  const gradients: tf.Tensor[] = []
  for (const [i, [weight]] of [...layers.entries()].reverse()) {
    const inputs = activations[i] as tf.Tensor2D
    gradients.unshift(tf.matMul(inputs, slope, true, false), tf.sum(slope, 0))
    if (i > 0) slope = tf.mul(tf.matMul(slope, weight, false, true), tf.step(inputs))
  }
  return gradients
}

/** Weight and bias of each layer. */
function pairsOf(weights: readonly tf.Tensor[]): (readonly [tf.Tensor2D, tf.Tensor1D])[] {
  return weights.flatMap((weight, i) =>
    i % 2 === 0 ? [[weight as tf.Tensor2D, weights[i + 1] as tf.Tensor1D] as const] : [],
  )
}

/** The linear part of a layer, and a convolution's pooling. */
function weigh(layer: Layer, inputs: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  switch (layer.kind) {
    case 'conv':
      return tf.maxPool(tf.conv2d(inputs as tf.Tensor4D, weight as tf.Tensor4D, 1, 'valid'), 2, 2, 'valid')
    case 'dense':
      return tf.matMul(tf.reshape(inputs, [-1, layer.inputs]), weight)
    default:
      return layer satisfies never
  }
}

/** Mean over the batch of -log softmax(logits)[label]. */
function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1)))
}

function labelShape({ size, labels }: Batch): [number, number] {
  return [size, labels.length / size]
}

function imagesOf(batch: Batch): tf.Tensor4D {
  return tf.tensor4d(batch.images, [batch.size, ...imageShape])
}

/** The numbers of `tensor`, which is freed. */
async function take(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<'float32'>()
  } finally {
    tensor.dispose()
  }
}
