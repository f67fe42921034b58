/**
 * A rule and an attack of one's own. docs/examples/own-rule.md says what to expect.
 *
 *     npx node examples/own-rule.ts [directory for results]
 */
import { defineScenario, ownAttack, ownRule, runScenario } from '../src/index.ts'

/** The mean of the n - f vectors nearest to the median of all: robust as the median is, and less noisy. */
const nearMedian = ownRule({
  name: 'near-median',
  needs: { slope: 2, offset: 1 },
  *run({ n, f }) {
    const middle = { kind: 'ranks', from: Math.floor((n - 1) / 2), to: Math.floor(n / 2) + 1 } as const
    const distances = yield { kind: 'squared-distances-to', point: middle }
    const byDistance = [...distances.keys()].sort((a, b) => (distances[a] ?? 0) - (distances[b] ?? 0))
    return { kind: 'mean', positions: byDistance.slice(0, n - f) }
  },
})

/** Says the honest vector that has least in common with the others, turned round. */
const contrarian = ownAttack('contrarian', ({ honest, own }) => {
  const towards = (vector: Float32Array) =>
    honest.reduce((sum, other) => sum + vector.reduce((dot, x, k) => dot + x * (other[k] ?? 0), 0), 0)
  const least = honest.toSorted((a, b) => towards(a) - towards(b))[0] ?? own
  return least.map((x) => -x)
})

export const scenario = defineScenario({
  name: 'Own rule',
  attack: ['none', contrarian, 'alie'],
  task: { split: 'dirichlet' },
  training: { steps: 100, batch: 32, learningRate: { rate: 1 } },
  agreement: { rule: [nearMedian, 'median', 'trmean'] },
})

await runScenario(scenario, import.meta.url)
