/** The reference models. */

export type ModelName = 'mlp' | 'cnn'
