/** One script, two worlds: four members in virtual time, and four real peers on loopback. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAttack } from '../../src/attack/attacks.ts'
import { forgingScript } from '../../src/attack/forging-script.ts'
import { play, type Script } from '../../src/attack/script.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import { exchange } from '../../src/mesh/exchange.ts'
import type { Describe, Mesh } from '../../src/mesh/mesh.ts'
import { simulate } from '../../src/sim/world.ts'
import { connectAll, newKeys, rosterOf, startNode, stop } from '../peer/loopback.ts'
import { plainAverage } from './helpers.ts'

const n = 4
const codec = f32(2)
const describe: Describe = () => ({ maxBytes: 8, codec, audience: 'all' })
const steps = 3

/** At each step member i says (step, i) in one exchange; the last is moved by `script`. What it is heard to say, by step. */
async function heardOfLiar(meshes: readonly Mesh[], script: Script): Promise<readonly number[][]> {
  const liar = meshes[n - 1]
  if (liar === undefined) throw new Error('there is no liar')
  const over = new AbortController()
  const { signal } = over
  const { meshes: moved, done } = play(script, [liar], { colluders: new Set([liar.self]), signal })
  const heard: number[][] = []
  const take = async (mesh: Mesh, position: number) => {
    const attendance = new Attendance(2)
    for (let step = 1; step <= steps; step++) {
      mesh.advance(step)
      const tag = { step, phase: 'gradient', kind: 'value', hop: 0 }
      const wait = { policy: 'synchronous', deadlineMs: 5000, attendance } as const
      const mine = Float32Array.of(step, position)
      const gathered = await exchange(mesh, tag, mine, { codec, wait, least: n, signal })
      const lie = gathered.heard.find(({ peer }) => peer === liar.self)
      if (position === 0) heard.push([...(lie?.value ?? [])])
    }
  }
  await Promise.all([...meshes.slice(0, n - 1), ...moved].map(take))
  over.abort()
  await done
  return heard
}

/** -10 times the mean of (step, 0), (step, 1), (step, 2). */
const expected = [1, 2, 3].map((step) => [-10 * step, -10])
const ipm = parseAttack('ipm:tau=10').forge

function script(): Script {
  if (ipm === undefined) throw new Error('IPM forges vectors')
  return forgingScript({ forge: ipm, rushMs: 4000, aggregateOf: () => plainAverage })
}

test('the script moves a liar in the simulator', async () => {
  const { clock, meshes } = simulate({ n, seed: 1, describe: () => describe })
  assert.deepEqual(await clock.until(heardOfLiar(meshes, script())), expected)
})

test('the same script moves a real peer on loopback', async () => {
  const keys = await newKeys(n)
  const roster = rosterOf(keys)
  const nodes = await Promise.all(keys.map((key) => startNode(key, roster, { describe })))
  try {
    await connectAll(nodes.map(({ host }) => host))
    assert.deepEqual(
      await heardOfLiar(
        nodes.map(({ mesh }) => mesh),
        script(),
      ),
      expected,
    )
  } finally {
    await stop(nodes)
  }
})
