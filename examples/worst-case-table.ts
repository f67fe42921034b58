/**
 * The table of docs/RESULTS.md: twenty members, six of which attack, each with data of its own; every rule under every attack.
 *
 *     npx node examples/worst-case-table.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

const attacks = ['alie', 'ipm:tau=0.1', 'ipm:tau=10', 'sign-flip', 'mimic', 'label-flip', 'opt-alie']

export const scenario = defineScenario({
  name: 'Worst case over seven attacks',
  n: 20,
  f: 6,
  task: { split: 'dirichlet', alpha: 0.5 },
  training: {
    steps: 120,
    // Restless at the end with momentum 0.9, so the last third goes slower.
    learningRate: { kind: 'step', rate: 2, factor: 0.3, everySteps: 84 },
  },
  evaluation: { everySteps: 20, members: 1 },
  // Of median and MDA no contraction is proven on so few members.
  outsideProof: true,
  arms: [
    { label: 'average', f: 0, agreement: { rule: 'average', modelRule: 'average' } },
    { label: 'median', attack: attacks, agreement: { rule: 'median', modelRule: 'median' } },
    { label: 'MDA', attack: attacks, agreement: { rule: 'mda', modelRule: 'mda' } },
    { label: 'trimmed mean', attack: attacks, agreement: { rule: 'trmean' } },
    { label: 'NNM, trimmed mean', attack: attacks, agreement: { rule: 'nnm>trmean' } },
    { label: 'ARC, NNM, trimmed mean', attack: attacks, agreement: { rule: 'arc>nnm>trmean' } },
  ],
})

await runScenario(scenario, import.meta.url)
