/** What a step of DRACO costs, counted delivery by delivery, against the formulas of docs/protocols/draco.md; and one round. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { DracoCode } from '../../../src/agreement/draco/assess.ts'
import { dimension, noisy, trainWithDraco } from './swarm.ts'

interface Cost {
  readonly messages: number
  readonly bytes: number
}

/** `12.345 p003>p001 p002 1/gradient/value/0 0 48`: sim/trace.ts. */
function countOf(trace: readonly string[], step: number): Cost {
  const lengths = trace
    .map((line) => line.split(' '))
    .filter(([, , , tag]) => tag?.startsWith(`${step}/`))
    .map((words) => Number(words.at(-1)))
  return { messages: lengths.length, bytes: lengths.reduce((sum, length) => sum + length, 0) }
}

/** By hand: the model to n workers; n digests of 32 bytes; the sums of n/(2s+1) groups. */
function repetitionCost(n: number, s: number, d: number): Cost {
  const groups = n / (2 * s + 1)
  return { messages: n + n + groups, bytes: 4 * d * n + 32 * n + 4 * d * groups }
}

/** By hand: the model to n workers; n rows of d complex numbers of 16 bytes. */
function cyclicCost(n: number, _: number, d: number): Cost {
  return { messages: n + n, bytes: 4 * d * n + 16 * d * n }
}

const formulas = { repetition: repetitionCost, cyclic: cyclicCost }
const sizes: Readonly<Record<DracoCode, readonly (readonly [number, number])[]>> = {
  repetition: [
    [3, 1],
    [9, 1],
    [15, 2],
  ],
  cyclic: [
    [4, 1],
    [7, 2],
    [15, 3],
  ],
}

for (const code of ['repetition', 'cyclic'] as const)
  test(`${code}: messages and bytes of every step are those of the formulas, at three sizes`, async () => {
    for (const [n, f] of sizes[code]) {
      const steps = 3
      const { trace, reports, workerReports } = await trainWithDraco({
        code,
        n,
        f,
        seed: 1,
        steps,
        latency: () => 10,
      })
      for (let step = 1; step <= steps; step++)
        assert.deepEqual(countOf(trace, step), formulas[code](n, f, dimension), `n = ${n}, step ${step}`)
      // The trained model, once.
      assert.deepEqual(countOf(trace, steps + 1), { messages: n, bytes: 4 * dimension * n })
      // Gradients: 2f+1 a worker, none at the server.
      assert.deepEqual([...new Set(workerReports.flat().map(({ gradients }) => gradients))], [2 * f + 1])
      assert.ok(reports.every(({ gradients }) => gradients === 0))
    }
  })

/** With one liar among the smallest swarm that withstands it. A change of these lines is a change of the protocol. */
for (const [code, n] of [
  ['repetition', 3],
  ['cyclic', 4],
] as const)
  test(`${code}: one round is delivered as its trace in test/traces has it`, async () => {
    const liars = new Map([[1, noisy(10, 1)]])
    const { trace } = await trainWithDraco({ code, n, f: 1, seed: 1, steps: 1, liars, latency: () => 10 })
    const recorded = readFileSync(new URL(`../../traces/draco-${code}.txt`, import.meta.url), 'utf8')
    assert.deepEqual(trace, recorded.trimEnd().split('\n'))
  })
