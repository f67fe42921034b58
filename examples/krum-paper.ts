/**
 * The experiment of the Krum paper (Blanchard, El Mhamdi, Guerraoui, Stainer, "Machine Learning with Adversaries: Byzantine
 * Tolerant Gradient Descent", NIPS 2017): nobody or a third attacks. docs/examples/krum-paper.md says what to expect.
 *
 *     npx node examples/krum-paper.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

export const scenario = defineScenario({
  name: 'Krum',
  about: '0 % and 33 % Byzantine.',
  n: 15,
  f: 5,
  // Gaussian noise of standard deviation 200, and the opposite of the honest mean, scaled to a large length.
  attack: ['none', 'random', 'omniscient'],
  training: { steps: 120, batch: 32, momentum: 0, learningRate: { rate: 0.2 } },
  evaluation: { everySteps: 20, members: 1 },
  agreement: { profile: 'single' },
  outsideProof: true,
  arms: [
    // Averaging has no bound on liars to declare.
    { label: 'average', f: 0, byzantine: 5, agreement: { rule: 'average', modelRule: 'average' } },
    { label: 'Krum', agreement: { rule: 'krum' } },
    { label: 'Multi-Krum', agreement: { rule: 'multikrum' } },
  ],
})

await runScenario(scenario, import.meta.url)
