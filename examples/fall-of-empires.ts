/**
 * Fall of Empires (Xie, Koyejo, Gupta, "Fall of Empires: Breaking Byzantine-tolerant SGD by Inner Product Manipulation", UAI
 * 2019): first two toy examples on single numbers, then MNIST. docs/examples/fall-of-empires.md says what to expect.
 *
 *     npx node examples/fall-of-empires.ts [directory for results]
 */
import { fileURLToPath } from 'node:url'
import { defineScenario, parseRule, runScenario } from '../src/index.ts'

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

/** What `rule` makes of single numbers, f of which are the liars'. */
function combined(rule: string, honest: readonly number[], lies: readonly number[]): number {
  const vectors = [...honest, ...lies].map((value) => Float32Array.of(value))
  return parseRule(rule).aggregate(vectors, lies.length)[0] ?? Number.NaN
}

function showToy(rule: string, honest: readonly number[], lies: readonly number[]): void {
  const mean = honest.reduce((sum, value) => sum + value, 0) / honest.length
  const result = combined(rule, honest, lies)
  console.log(
    `${rule} of ${honest.join(', ')} and the lies ${lies.join(', ')}: ${result.toFixed(3)}; the honest mean is ${mean.toFixed(3)}`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  showToy('median', [-0.1, 0.1, 0.3], [-4, -2])
  showToy('krum', [0.14, 0.34, 0.54, 0.74, 0.94, 1.14, 1.34], [-0.1, -0.1, -0.1, -0.1])
}
await runScenario(scenario, import.meta.url)
