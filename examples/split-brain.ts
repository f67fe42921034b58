/**
 * Liars who tell half of the others one thing and the other half its opposite: where does the distance between honest models
 * go? docs/examples/split-brain.md says what to expect.
 *
 *     npx node examples/split-brain.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

export const scenario = defineScenario({
  name: 'Split brain',
  about: 'Two of seven tell half of the others one thing and the other half its opposite.',
  n: 7,
  f: 2,
  attack: 'equivocate:scale=2',
  seed: [1, 2, 3],
  task: { data: 'quadratic', dimension: 50, apart: 0.5 },
  training: { steps: 60, momentum: 0, learningRate: { kind: 'inverse', rate: 0.2, decay: 0.05 } },
  evaluation: { everySteps: 2 },
  outsideProof: true,
  arms: [
    { label: 'plain exchange', f: 0, byzantine: 2, agreement: { rule: 'average', modelRule: 'average' } },
    { label: 'median', agreement: { rule: 'median', modelRule: 'median' } },
    { label: 'trimmed mean', agreement: { rule: 'trmean' } },
    { label: 'trimmed mean, proven', agreement: { rule: 'trmean', profile: 'proven' } },
    // Reliable broadcast and witnesses: nobody can say two things.
    { label: 'RB-TM', agreement: { rule: 'trmean' }, synchrony: { policy: 'reliable' } },
  ],
})

await runScenario(scenario, import.meta.url)
