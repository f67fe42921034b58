/**
 * Fall of Empires (Xie, Koyejo, Gupta, "Fall of Empires: Breaking Byzantine-tolerant SGD by Inner Product Manipulation", UAI
 * 2019): first its two toy examples on single numbers (toy-examples.ts), then MNIST. docs/examples/fall-of-empires.md says what to expect.
 *
 *     npx node examples/fall-of-empires.ts [directory for results]
 */
import { fileURLToPath } from 'node:url'
import { defineScenario, runScenario } from '../src/index.ts'
import { showToys } from './toy-examples.ts'

export const scenario = defineScenario({
  name: 'Fall of Empires',
  about: 'Large epsilon against the median, small epsilon against Krum.',
  n: 13,
  f: 5,
  attack: ['none', 'ipm:tau=10', 'ipm:tau=0.2'],
  seed: [1, 2],
  // As with a server: all hear the same gradients, and models are not exchanged.
  agreement: { profile: 'single', rule: ['median', 'krum', 'nnm>trmean'] },
  outsideProof: true,
  training: { steps: 120, batch: 32, momentum: 0, learningRate: { rate: 0.2 } },
  evaluation: { everySteps: 20, members: 1 },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) showToys()
await runScenario(scenario, import.meta.url)
