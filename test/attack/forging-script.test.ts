import assert from 'node:assert/strict'
import { forgingScript } from '../../src/attack/forging-script.ts'
import { play } from '../../src/attack/script.ts'
import { signFlip } from '../../src/attack/sign-flip.ts'
import { hear, note, swarm } from '../sim/helpers.ts'
import { seeded } from '../sim/seeded.ts'
import { plainAverage } from './helpers.ts'

seeded('liars that forge vectors follow their protocol in everything else', async ({ seed, watch }) => {
  const { clock, meshes } = watch(swarm({ n: 3, seed }))
  const [alice, bob, raw] = meshes
  assert.ok(alice && bob && raw)
  const over = new AbortController()
  const { signal } = over
  const script = forgingScript({ forge: () => signFlip(3), rushMs: 500, aggregateOf: () => plainAverage })
  const { meshes: moved, done } = play(script, [raw], { colluders: new Set([raw.self]), signal })
  const [liar] = moved
  const word = { ...note(1), kind: 'word' }
  const vector = (x: number) => new Uint8Array(Float32Array.of(x).buffer)
  await alice.publish(note(1), vector(1))
  await bob.publish(note(1), vector(2))
  await liar?.publish(note(1), vector(7))
  await liar?.publish(word, new TextEncoder().encode('ready'))
  const [words, vectors] = await clock.until(Promise.all([hear(alice, word, 1), hear(alice, note(1), 3)]))
  over.abort()
  await done
  assert.equal(new TextDecoder().decode(words[0]?.payload), 'ready')
  const lie = vectors.find(({ from }) => from === raw.self)?.payload.slice()
  assert.deepEqual([...new Float32Array(lie?.buffer ?? new ArrayBuffer(0))], [-4.5])
})
