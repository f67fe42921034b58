import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { assess } from '../src/agreement/resilience.ts'
import { parseRule } from '../src/gar/pipeline.ts'
import { readScenarioFile } from '../src/scenario/read-scenario.ts'
import { planOf } from '../src/scenario/run-arm.ts'

const example = fileURLToPath(new URL('../examples/simulated-liars.ts', import.meta.url))

test('examples/simulated-liars shows averaging harmed and the default rules near the truth, the same for the same seed', () => {
  const run = () => execFileSync(process.execPath, [example, '3'], { encoding: 'utf8' })
  const output = run()
  assert.equal(run(), output)
  const rows = output.trim().split('\n').slice(1)
  assert.equal(rows.length, 5)
  for (const row of rows) {
    const robust = Number(row.split(/\s+/).at(-1))
    assert.ok(robust < 0.6, row)
  }
  assert.match(output, /^silent\s+average SIM_STALLED/m)
})

const scenarios = ['fall-of-empires', 'krum-paper', 'non-iid', 'own-rule', 'split-brain', 'worst-case-table']
const fileOf = (name: string) => fileURLToPath(new URL(`../examples/${name}.ts`, import.meta.url))

test('every other example is a scenario whose arms can all be run', async () => {
  for (const name of scenarios) {
    const { scenario } = await readScenarioFile(fileOf(name))
    assert.ok(scenario.arms.length > 3, name)
    for (const { settings, label } of scenario.arms) {
      const { standing } = assess(planOf(settings))
      const isRun = standing === 'proven' || (standing === 'outside-proof' && settings.outsideProof)
      assert.ok(isRun, `${name}: ${label} is ${standing}`)
    }
  }
})

test('examples/split-brain draws the picture that is checked in, byte by byte', async () => {
  const out = await mkdtemp(join(tmpdir(), 'medoid-split-brain-'))
  execFileSync(process.execPath, [fileOf('split-brain'), out])
  const [drawn, expected] = await Promise.all(
    [join(out, 'spread.svg'), new URL('../docs/pictures/split-brain.svg', import.meta.url)].map((file) =>
      readFile(file, 'utf8'),
    ),
  )
  assert.equal(drawn, expected)
})

test('the toy examples of examples/fall-of-empires turn the median and Krum against the honest mean', () => {
  // The mean of -0.1, 0.1 and 0.3 is above 0; the middle of them and -4, -2 is -0.1.
  const of = (...values: number[]) => values.map((value) => Float32Array.of(value))
  const [median] = parseRule('median').aggregate(of(-0.1, 0.1, 0.3, -4, -2), 2)
  assert.equal(median, Math.fround(-0.1))
  // Sums of the n - f - 2 = 5 least squared distances: each lie three times 0, 0.24^2 and 0.44^2, together 0.2512; the
  // nearest honest value four times 0.24^2 and 0.2^2, together 0.2704; all others more.
  const honest = [0.14, 0.34, 0.54, 0.74, 0.94, 1.14, 1.34]
  const [krum] = parseRule('krum').aggregate(of(...honest, -0.1, -0.1, -0.1, -0.1), 4)
  assert.equal(krum, Math.fround(-0.1))
})
