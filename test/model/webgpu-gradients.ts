/**
 * A program for webgpu.test.ts, which starts it with a Vulkan driver in its environment: computes the gradient of
 * both reference models on the backend `webgpu` and writes them, with the tensors left over, as one line of JSON.
 */
import { memory } from '@tensorflow/tfjs-core'
import { initialParameters, modelNames, modelOf } from '../../src/model/models.ts'
import { chooseBackend } from '../../src/model/tfjs-backend.ts'
import { TfjsNetwork } from '../../src/model/tfjs-network.ts'
import { mnistBatch } from './helpers.ts'

const { name: backend } = await chooseBackend('webgpu')
const batch = await mnistBatch(4)
const gradients: Record<string, string> = {}
const logits: Record<string, string> = {}
for (const name of modelNames) {
  const network = new TfjsNetwork(modelOf(name))
  const parameters = initialParameters(network.model, 1)
  gradients[name] = base64(await network.gradient(parameters, batch))
  logits[name] = base64(await network.logits(parameters, batch))
}
process.stdout.write(`${JSON.stringify({ backend, gradients, logits, tensors: memory().numTensors })}\n`)

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
