/**
 * One server lies: it says minus the model. Where it is the only one, what the workers have is worth nothing; where it is one
 * of several, of which none need be trusted, training goes on.
 *
 *     npx node examples/lying-server.ts [directory for results]
 */
import { defineScenario, runScenario } from '../src/index.ts'

export const scenario = defineScenario({
  name: 'A server that lies',
  n: 13,
  f: 4,
  byzantine: 0,
  byzantineServers: 1,
  attack: ['none', 'sign-flip'],
  task: { split: 'iid' },
  // LiuBei keeps momentum in its steps, the others in what workers say: without it they train alike.
  training: { steps: 80, batch: 32, momentum: 0, learningRate: { rate: 1 } },
  evaluation: { everySteps: 10, members: 1 },
  outsideProof: true,
  agreement: {
    rule: 'multikrum',
    protocol: ['aggregathor', 'guanyu', 'byzsgd', 'liubei'],
  },
})

await runScenario(scenario, import.meta.url)
