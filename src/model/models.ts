/** The reference models: what layers they have, and which numbers they start from. */
import { type Random, seededRandom } from '../util/prng.ts'
import { flatten, type Layout, layoutOf } from './flatten.ts'

/** One layer, in the shapes of NHWC images. */
export type Layer =
  /**
   * A `size` x `size` convolution, stride 1, no padding; then 2 x 2 max pooling, bias and ReLU. The bias is added
   * after the pooling: the maximum commutes with both, and there is a quarter of the numbers left to do it on.
   */
  | {
      readonly kind: 'conv'
      readonly name: string
      readonly size: number
      readonly inputs: number
      readonly outputs: number
    }
  /** A dense layer over everything before it, flattened; followed by ReLU unless it is the last. */
  | { readonly kind: 'dense'; readonly name: string; readonly inputs: number; readonly outputs: number }

export interface Model {
  readonly name: ModelName
  readonly layers: readonly Layer[]
  /** Where each layer's weight and bias lie in the flat vector, in order. */
  readonly layout: Layout
  /** Number of parameters. */
  readonly dimension: number
}

export type ModelName = 'mlp' | 'cnn'

const layersOf: Readonly<Record<ModelName, readonly Layer[]>> = {
  /** 784-100-10. */
  mlp: [
    { kind: 'dense', name: 'dense1', inputs: 784, outputs: 100 },
    { kind: 'dense', name: 'dense2', inputs: 100, outputs: 10 },
  ],
  /** 28 x 28 -> 12 x 12 x 20 -> 4 x 4 x 50 -> 80 -> 10. */
  cnn: [
    { kind: 'conv', name: 'conv1', size: 5, inputs: 1, outputs: 20 },
    { kind: 'conv', name: 'conv2', size: 5, inputs: 20, outputs: 50 },
    { kind: 'dense', name: 'dense1', inputs: 800, outputs: 80 },
    { kind: 'dense', name: 'dense2', inputs: 80, outputs: 10 },
  ],
}

/** The names of the reference models. */
export const modelNames: readonly ModelName[] = ['mlp', 'cnn']

/** The reference model `name`: `mlp` has 79,510 parameters, `cnn` 90,460. */
export function modelOf(name: ModelName): Model {
  const layers = layersOf[name]
  const layout = layoutOf(
    layers.flatMap((layer) => [
      { name: `${layer.name}.weight`, shape: weightShape(layer) },
      { name: `${layer.name}.bias`, shape: [layer.outputs] },
    ]),
  )
  return { name, layers, layout, dimension: layout.at(-1)?.end ?? 0 }
}

/** Convolutions [height][width][in][out], dense layers [in][out]. */
function weightShape(layer: Layer): readonly number[] {
  return layer.kind === 'conv'
    ? [layer.size, layer.size, layer.inputs, layer.outputs]
    : [layer.inputs, layer.outputs]
}

/**
 * The parameters that every peer starts from: a function of model and seed, in plain arithmetic, so that it does
 * not depend on the backend. Weights are Glorot uniform (Glorot and Bengio, 2010, eq. 16), biases zero.
 */
export function initialParameters(model: Model, seed: number): Float32Array {
  const values = model.layers.flatMap((layer) => [
    glorotUniform(layer, seededRandom(seed, 'weights', layer.name)),
    new Float32Array(layer.outputs),
  ])
  return flatten(values, model.layout)
}

function glorotUniform(layer: Layer, random: Random): Float32Array {
  const field = layer.kind === 'conv' ? layer.size * layer.size : 1
  const limit = Math.sqrt(6 / (field * (layer.inputs + layer.outputs)))
  return Float32Array.from(
    { length: field * layer.inputs * layer.outputs },
    () => limit * (2 * random.uniform() - 1),
  )
}
