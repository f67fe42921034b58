/**
 * One contestant of gradient.ts: computes gradients on the backend that it is started with. Says which it is, then
 * answers each line `model batch` with the milliseconds that one gradient took, from the images to the flat vector.
 */
import { createInterface } from 'node:readline'
import { gatherBatch } from '../src/data/batches.ts'
import { datasetOf, imageSize } from '../src/data/dataset.ts'
import { backendNames } from '../src/model/learner-options.ts'
import { initialParameters, modelNames, modelOf } from '../src/model/models.ts'
import { chooseBackend } from '../src/model/tfjs-backend.ts'
import { TfjsNetwork } from '../src/model/tfjs-network.ts'
import { seededRandom } from '../src/util/prng.ts'

const choice = backendNames.find((name) => name === process.argv[2])
if (!choice) throw new Error(`name one of ${backendNames.join(', ')} or pytorch`)
const { name: backend } = await chooseBackend(choice)
console.log(backend)

const networks = new Map<string, TfjsNetwork>(
  modelNames.map((name) => [name, new TfjsNetwork(modelOf(name))]),
)
for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', size] = line.split(' ')
  const network = networks.get(name)
  if (!network) throw new Error(`no model ${name}`)
  const parameters = initialParameters(network.model, 1)
  const batch = randomBatch(Number(size))
  const start = performance.now()
  await network.gradient(parameters, batch)
  console.log(performance.now() - start)
}

function randomBatch(size: number) {
  const random = seededRandom(1, 'bench')
  const images = random.bytes(size * imageSize)
  const labels = Uint8Array.from({ length: size }, () => random.below(10))
  return gatherBatch(datasetOf(images, labels), Uint32Array.from(labels.keys()))
}
