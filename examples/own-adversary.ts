/**
 * An adversary of one's own, as a script: in a scenario, and behind a daemon. docs/examples/own-adversary.md says what to
 * expect.
 *
 *     npx node examples/own-adversary.ts [directory for results]
 *     medoid up --join MULTIADDR --attack ./examples/own-adversary.ts
 */
import { defineScenario, ownAdversary, runScenario, type Script } from '../src/index.ts'

/** Its liars behave for so many steps. */
const honestSteps = 3

/** Then each tells a third of the honest members five times its vector, another third the opposite, and the rest nothing. */
export const script: Script = async ({ honest, intents }) => {
  const third = Math.ceil(honest.length / 3)
  const groups = [honest.slice(0, third), honest.slice(third, 2 * third)]
  for await (const { liar, tag, payload, follow } of intents()) {
    if (tag.kind !== 'value' || tag.step <= honestSteps) await follow()
    // At once: what is said first is passed on, and may be there before what is said second.
    else
      await Promise.all(
        groups.map((group, i) => {
          const lie = new Float32Array(payload.slice().buffer).map((x) => (i === 0 ? 5 : -5) * x)
          return liar.say(tag, new Uint8Array(lie.buffer), { to: group })
        }),
      )
  }
}

export const scenario = defineScenario({
  name: 'Own adversary',
  about: 'Liars that behave for three steps, and then say two things, or nothing.',
  seed: [1, 2, 3],
  attack: ['none', ownAdversary('two-faced', script)],
  task: { data: 'quadratic', dimension: 50, apart: 0.5 },
  training: { steps: 30, momentum: 0, learningRate: { kind: 'inverse', rate: 0.2, decay: 0.05 } },
  evaluation: { everySteps: 1 },
  outsideProof: true,
  arms: [
    { label: 'average', f: 0, byzantine: 2, agreement: { rule: 'average', modelRule: 'average' } },
    { label: 'trimmed mean', agreement: { rule: 'trmean' } },
    { label: 'trimmed mean, RB-TM', agreement: { rule: 'trmean' }, synchrony: { policy: 'reliable' } },
  ],
})

await runScenario(scenario, import.meta.url)
