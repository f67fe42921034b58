import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { krumToy, medianToy, playToy } from '../examples/toy-examples.ts'
import { protocolTable } from '../src/agreement/protocol-table.ts'
import { planOf } from '../src/scenario/arm-plan.ts'
import { protocolOf } from '../src/scenario/check-arm.ts'
import { readScenarioFile } from '../src/scenario/read-scenario.ts'

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

const scenarios = [
  'fall-of-empires',
  'krum-paper',
  'lossy-links',
  'lying-server',
  'non-iid',
  'own-adversary',
  'own-rule',
  'split-brain',
  'worst-case-table',
]
const fileOf = (name: string) => fileURLToPath(new URL(`../examples/${name}.ts`, import.meta.url))

test('every other example is a scenario whose arms can all be run', async () => {
  for (const name of scenarios) {
    const { scenario } = await readScenarioFile(fileOf(name))
    assert.ok(scenario.arms.length > 3, name)
    for (const { settings, label } of scenario.arms) {
      const { standing } = protocolOf(settings).assess(planOf(settings))
      const isRun = standing === 'proven' || (standing === 'outside-proof' && settings.outsideProof)
      assert.ok(isRun, `${name}: ${label} is ${standing}`)
    }
  }
})

test('examples/compare-all runs every protocol that there is, at f = 1 and at 20 %, unharmed and under three attacks', async () => {
  const { scenario } = await readScenarioFile(fileOf('compare-all'))
  const nameOf = (text: string) => text.split(':', 1)[0] ?? ''
  for (const f of [1, 4]) {
    const arms = scenario.arms.filter(({ settings }) => settings.f === f)
    const compared = new Set(arms.map(({ settings }) => nameOf(settings.agreement.protocol)))
    assert.deepEqual([...compared].sort(), Object.keys(protocolTable).sort(), `f = ${f}`)
    for (const attack of ['none', 'ipm', 'alie', 'equivocate'])
      assert.equal(arms.filter(({ settings }) => settings.attack === attack).length, arms.length / 4, attack)
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

// What the words of sections 5.2.1 and 5.3.1 say, and the arithmetic of Krum's function values.
test('the toy examples of Fall of Empires: honest mean above 0, lies with a mean below 0, and so is what the rule makes of all', () => {
  for (const toy of [medianToy, krumToy]) {
    const { honestMean, lieMean, result } = playToy(toy)
    assert.ok(honestMean > 0 && lieMean < 0 && result < 0, toy.rule)
  }
  // -4, -2, -0.1, 0.1, 0.3: the middle one.
  assert.equal(playToy(medianToy).result, Math.fround(-0.1))
})

test('in the toy example of Krum the function value of a lie is least, so that a lie is chosen', () => {
  const { honest, lies } = krumToy
  const { result, values = [] } = playToy(krumToy)
  assert.equal(result, Math.fround(lies[0] ?? Number.NaN))
  // Sums of the n - f - 2 = 5 least squared distances. A lie: the three others at 0, then 0.3^2 and 0.5^2. The honest 0.2:
  // 0.2^2 and four lies at 0.3^2. 0.4: twice 0.2^2, 0.4^2, two lies at 0.5^2. 0.6, 0.8, 1: twice 0.2^2, twice 0.4^2, and
  // 0.6^2. 1.2: twice 0.2^2 and 0.4^2, 0.6^2, 0.8^2. 1.4: 0.2^2, 0.4^2, 0.6^2, 0.8^2, 1.
  const expected = [0.4, 0.74, 0.76, 0.76, 0.76, 1.24, 2.2, 0.34, 0.34, 0.34, 0.34]
  assert.equal(values.length, honest.length + lies.length)
  for (const [i, value] of values.entries()) assert.ok(Math.abs(value - (expected[i] ?? 0)) < 1e-6, `${i}`)
})
