/**
 * AggregaThor over links that lose: 8 of 19 workers lose one chunk in ten on the way to the server, nobody lies. What becomes
 * of the gaps is the fill policy; f = 8, as if all eight were liars.
 *
 *     npx node examples/lossy-links.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

const workers = 19
const lossy = 8

export const scenario = defineScenario({
  name: 'AggregaThor over lossy links',
  n: workers,
  f: lossy,
  task: { split: 'iid' },
  training: { steps: 60, batch: 32, learningRate: { kind: 'step', rate: 3, factor: 0.4, everySteps: 45 } },
  evaluation: { everySteps: 10, members: 1 },
  outsideProof: true,
  arms: [
    { label: 'nothing is lost', agreement: { protocol: 'aggregathor', rule: ['median', 'multikrum'] } },
    {
      label: 'one chunk in ten is lost',
      network: { loss: 0.1, lossyMembers: lossy },
      agreement: {
        protocol: [
          'aggregathor:lossy=yes,fill=stale',
          'aggregathor:lossy=yes,fill=nan',
          'aggregathor:lossy=yes,fill=drop-vector',
        ],
        rule: ['median', 'multikrum'],
      },
    },
  ],
})

await runScenario(scenario, import.meta.url)
