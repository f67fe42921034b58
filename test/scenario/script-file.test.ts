/** Adversary scripts in files of their own: behind a path in a scenario, and what is wrong with them. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readScenarioFile } from '../../src/scenario/read-scenario.ts'
import { runArm } from '../../src/scenario/run-arm.ts'
import { runsOf } from '../../src/scenario/runs.ts'
import { defineScenario } from '../../src/scenario/scenario.ts'
import { readScriptFile } from '../../src/scenario/script-file.ts'

let directory = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-script-'))
  await mkdir(join(directory, 'scripts'))
})
after(() => rm(directory, { recursive: true }))

/** Says ten times the opposite of what the protocol says, by as many liars as there are. */
const opposite = `
export const script = async ({ liars, intents }) => {
  for await (const { liar, tag, payload } of intents()) {
    const lie = new Float32Array(payload.slice().buffer).map((x) => -10 * liars.length * x)
    await liar.say(tag, new Uint8Array(lie.buffer))
  }
}`

async function written(name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  return path
}

const scenario = (attack: string) => `
name: a script
n: 5
f: 0
byzantine: 2
attack: ${attack}
task: { data: quadratic, dimension: 3, apart: 0 }
training: { steps: 4, momentum: 0, learningRate: { rate: 0.1 } }
agreement: { rule: average, modelRule: average }
outsideProof: true
`

test('a scenario in YAML names a script by its path from there, and its liars are moved by it', async () => {
  await written('scripts/opposite.mjs', opposite)
  const path = await written('paths.yaml', scenario('[none, ./scripts/opposite.mjs]'))
  const { scenario: read } = await readScenarioFile(path)
  assert.deepEqual(
    read.arms.map(({ label }) => label),
    ['none', 'opposite'],
  )
  const [honest, attacked] = await Promise.all(
    read.arms.map(async ({ settings }) => (await runArm(settings)).final?.loss ?? Number.NaN),
  )
  assert.ok(
    honest !== undefined && attacked !== undefined && attacked > 100 * honest,
    `${honest} ${attacked}`,
  )
})

test('paths stand under arms, too', async () => {
  await written('scripts/opposite.mjs', opposite)
  const path = await written('arms.yaml', 'name: arms\narms: [{ attack: scripts/opposite.mjs }, { f: 1 }]')
  const { scenario: read } = await readScenarioFile(path)
  assert.deepEqual(
    read.arms.map(({ settings }) => (typeof settings.attack === 'string' ? settings.attack : 'a script')),
    ['a script', 'none'],
  )
})

test('what a script says is part of what a run is told apart by', async () => {
  const path = await written('digest.yaml', scenario('./scripts/changing.mjs'))
  const digests: string[] = []
  for (const text of [opposite, `${opposite}\n// changed`]) {
    await written('scripts/changing.mjs', text)
    const file = await readScenarioFile(path)
    digests.push(...runsOf(file.scenario, file.source).map(({ digest }) => digest))
  }
  assert.equal(new Set(digests).size, 2)
})

test('a script that is not there, that does not load, or that is none is refused by name', async () => {
  const refused = (path: string, code: string, said: RegExp) =>
    assert.rejects(readScriptFile(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, code)
      assert.match(error.message, said)
      return true
    })
  await refused(join(directory, 'absent.ts'), 'ATTACK_SCRIPT_UNREADABLE', /absent\.ts.*ENOENT/)
  const broken = await written('broken.mjs', 'throw new Error("not today")')
  await refused(broken, 'ATTACK_SCRIPT_UNREADABLE', /broken\.mjs: not today/)
  const none = await written('none.mjs', 'export const script = 7')
  await refused(none, 'ATTACK_NO_SCRIPT', /none\.mjs exports no adversary; write: export const script/)
})

test('a path in TypeScript is refused, and the sentence says what to write instead', () => {
  assert.throws(
    () => defineScenario({ name: 'a path', attack: './script.ts' }),
    /attack is "\.\/script\.ts" and must be imported in TypeScript: attack: ownAdversary\(name, script\)/,
  )
})
