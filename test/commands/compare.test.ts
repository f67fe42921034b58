import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** f = 1 and f = 2; DRACO cannot run with 7 workers and f = 1: 7 is no multiple of 3. */
const scenario = `
name: tiny
n: 7
f: [1, 2]
attack: [none, 'ipm:tau=10']
outsideProof: true
task: { data: quadratic, dimension: 8, apart: 0.05 }
training: { steps: 30, momentum: 0, learningRate: { rate: 0.3 } }
arms:
  - { label: server average, agreement: { protocol: ps-average } }
  - { label: Multi-Krum, agreement: { protocol: aggregathor, rule: multikrum } }
  - { label: DRACO, agreement: { protocol: draco } }
`

interface Row {
  readonly system: string
  readonly members: number
  readonly cells: readonly { readonly kind: string; readonly loss?: number; readonly sentence?: string }[]
}

test('a comparison has a table for each f, a row a system and a column an attack; a refusal is a row with its sentence', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-compare-'))
  const at = (name: string) => join(directory, name)
  await writeFile(at('tiny.yaml'), scenario)
  const words = ['compare', at('tiny.yaml'), '--out', at('out'), '--json', at('tiny.json')]
  const { stdout } = await run(process.execPath, [cli, ...words])
  assert.match(stdout, /^f = 1$/m)
  assert.match(stdout, /^ {2}Multi-Krum +7 \+ 1 +proven +loss /m)
  assert.match(stdout, /^ {2}DRACO +7 \+ 1 +refused +refused +refused/m)
  assert.match(stdout, /^ {2}DRACO: refused: AGREEMENT_DRACO_UNEVEN: n = 7 workers, f = 1: /m)

  const { points } = JSON.parse(await readFile(at('tiny.json'), 'utf8')) as {
    points: { f: number; attacks: string[]; systems: Row[] }[]
  }
  assert.deepEqual(
    points.map(({ f }) => f),
    [1, 2],
  )
  const [first] = points
  assert.ok(first)
  assert.deepEqual(first.attacks, ['none', 'ipm:tau=10'])
  const lossOf = (system: string, column: number) => {
    const row = first.systems.find((one) => one.system === system)
    const cell = row?.cells[column]
    assert.equal(row?.members, 8)
    // A loss beyond all numbers is null: averaging may have diverged, or nearly.
    return cell?.kind === 'done' ? (cell.loss ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  }
  // At the start the loss is about 4.
  for (const [system, column, withstands] of [
    ['server average', 0, true],
    ['Multi-Krum', 0, true],
    ['Multi-Krum', 1, true],
    ['server average', 1, false],
  ] as const) {
    const loss = lossOf(system, column)
    assert.ok(withstands ? loss < 0.1 : loss > 1, `${system}, ${first.attacks[column]}: ${loss}`)
  }

  const page = await readFile(at('out/comparison.md'), 'utf8')
  assert.match(page, /^### f = 1$/m)
  assert.match(
    page,
    /^\| system \| members \| standing \| nobody attacks \| ipm:tau=10 \| steps \| gradients \| /m,
  )
  assert.match(page, /^- DRACO: refused: AGREEMENT_DRACO_UNEVEN/m)
  assert.match(await readFile(at('out/traffic-f1.svg'), 'utf8'), /<svg/)
})
