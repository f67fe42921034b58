/**
 * LEARN on data that differ (El-Mhamdi et al., "Collaborative learning in the jungle", NeurIPS 2021), with and without
 * agreement on gradients. docs/examples/non-iid.md says what to expect.
 *
 *     npx node examples/non-iid.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

/** LEARN's theorem asks for ceil(log2 t) halvings where data differ, and for none where they are alike. */
const forms = [
  { label: 'with gradient agreement', agreement: { halvings: 'log2' } },
  { label: 'without', agreement: { halvings: 0 } },
] as const

/** From almost one class each to almost alike. */
const splits = [
  { label: 'extreme shards', task: { split: 'shards' } },
  { label: 'Dirichlet 0.1', task: { split: 'dirichlet', alpha: 0.1 } },
  { label: 'Dirichlet 0.5', task: { split: 'dirichlet', alpha: 0.5 } },
  { label: 'Dirichlet 5', task: { split: 'dirichlet', alpha: 5 } },
] as const

export const scenario = defineScenario({
  name: 'LEARN on data that differ',
  n: 10,
  f: 2,
  // Each honest member is told something else, so that what holds models together is agreement alone.
  attack: 'dissensus',
  training: { steps: 50, batch: 32, learningRate: { rate: 1 } },
  evaluation: { everySteps: 10, members: 2 },
  agreement: { profile: 'proven', rule: 'trmean', modelRule: 'trmean' },
  arms: splits.flatMap(({ label, task }) =>
    forms.map((form) => ({ label: `${label}, ${form.label}`, task, agreement: form.agreement })),
  ),
})

await runScenario(scenario, import.meta.url)
