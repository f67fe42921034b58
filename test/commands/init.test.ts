import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { init } from '../../src/commands/init.ts'
import { readSwarmFile } from '../../src/daemon/swarm-file.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-init-'))
})
after(() => rm(directory, { recursive: true }))

async function run(name: string, set: string[] = []): Promise<{ file: string; printed: string }> {
  const lines: string[] = []
  const file = join(directory, name)
  await init({ file, data: join(directory, 'founder'), set }, (line) => lines.push(line))
  return { file, printed: lines.join('\n') }
}

test('without further ado it writes the smallest swarm that withstands a liar, and says that it does', async () => {
  const { file, printed } = await run('plain.yaml')
  const { n, f, synchrony } = await readSwarmFile(file)
  assert.deepEqual({ n, f, late: synchrony.late }, { n: 4, f: 1, late: 0 })
  assert.match(printed, /^proof +n = 4, f = 1, u = 0: /m)
  assert.match(printed, /^swarm id +[0-9a-f]{64}$/m)
  assert.match(printed, /^next +medoid up --swarm .*plain\.yaml$/m)
})

test('settings are set by their names, however deep, and read as in the file', async () => {
  const { file } = await run('set.yaml', [
    'n=7',
    'f=2',
    'training.learningRate.rate=0.05',
    'synchrony.late=f',
  ])
  const { n, f, training, synchrony } = await readSwarmFile(file)
  assert.deepEqual(
    { n, f, rate: training.learningRate.rate, late: synchrony.late },
    {
      n: 7,
      f: 2,
      rate: 0.05,
      late: 'f',
    },
  )
})

test('equal settings and the same key give the same swarm id', async () => {
  const idOf = ({ printed }: { printed: string }) => /swarm id +(\w+)/.exec(printed)?.[1]
  const [one, other, third] = [await run('a.yaml'), await run('b.yaml'), await run('c.yaml', ['seed=2'])]
  assert.equal(idOf(one), idOf(other))
  assert.notEqual(idOf(one), idOf(third))
})

test('nothing is overwritten', async () => {
  const file = join(directory, 'mine.yaml')
  await writeFile(file, 'n: 5')
  await assert.rejects(run('mine.yaml'), { code: 'SWARM_FILE_EXISTS' })
  assert.equal(await readFile(file, 'utf8'), 'n: 5')
})

test('a setting that is none, or has no value, is refused before anything is written', async () => {
  await assert.rejects(run('no.yaml', ['speed=9']), { code: 'SWARM_UNKNOWN_FIELD' })
  for (const text of ['n', '=3', ''])
    await assert.rejects(run('no.yaml', [text]), { code: 'COMMAND_BAD_OPTION' })
  await assert.rejects(readFile(join(directory, 'no.yaml')), { code: 'ENOENT' })
})

test('no name reaches beyond the settings', async () => {
  await assert.rejects(run('no.yaml', ['__proto__.polluted=3']))
  await assert.rejects(run('no.yaml', ['constructor.prototype.polluted=3']))
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})
