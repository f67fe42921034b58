/** The dealer: hands out correlated randomness, a step ahead of the servers, and hears nothing but that a step is over. */
import type { Mesh } from '../../mesh/mesh.ts'
import { Conversation } from './conversation.ts'
import type { TwoServerOptions, TwoServerReport } from './report.ts'
import { bytesOf, seedBytes } from './ring/ring.ts'
import { settingOf } from './stage.ts'
import { correctionOf } from './triples.ts'

/** @param dimension of the model: it has none of its own */
export async function* dealer(
  mesh: Mesh,
  dimension: number,
  options: TwoServerOptions,
): AsyncGenerator<TwoServerReport, void, undefined> {
  const { steps, firstStep = 1 } = options
  const setting = settingOf(mesh, dimension, options)
  const { ring, cast, sizes } = setting

  for (let step = firstStep; step <= steps; step++) {
    mesh.advance(step)
    const talk = new Conversation(setting, step)
    const began = mesh.clock.now()

    // 1. A seed to each server, and to the second what its seed cannot give.
    const [first, second] = [mesh.random.bytes(seedBytes), mesh.random.bytes(seedBytes)]
    await talk.say(talk.tag('triple', 'first'), first, cast.first)
    await talk.say(talk.tag('triple', 'second'), second, cast.second)
    const correction = correctionOf(ring, first, second, sizes)
    await talk.say(talk.tag('triple', 'correction'), bytesOf(correction), cast.second)

    // 2. Not further ahead than one step: members forget what is beyond their window.
    const dealtAt = mesh.clock.now()
    if (step > firstStep) {
      const before = new Conversation(setting, step - 1)
      await before.hear(before.tag('result', 'value'), cast.first, before.codecs.result.value)
    }
    const times = { computeMs: dealtAt - began, exchangeMs: mesh.clock.now() - dealtAt, ruleMs: 0 }
    yield { step, gradient: undefined, model: undefined, times, heard: [], missing: [], refused: [] }
  }
}
