/** An adversary that fails in the middle of a run, for tests. */
import type { Script } from '../../src/attack/script.ts'

export const script: Script = async ({ intents }) => {
  for await (const { liar, tag, payload } of intents()) {
    if (tag.step === 2) throw new Error('it lost heart')
    await liar.say(tag, payload)
  }
}
