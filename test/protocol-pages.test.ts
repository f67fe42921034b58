/** Every protocol's page has settings with which it starts: what stands under "Try it" is what `medoid check` says of them. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { protocolTable } from '../src/agreement/protocol-table.ts'
import { check } from '../src/commands/check.ts'
import { init } from '../src/commands/init.ts'
import { protocolOf, readSwarmFile } from '../src/daemon/swarm-file.ts'
import { pageOf, section, shellCommands } from './markdown.ts'

const quiet = () => {}

/** The words of `--set`, in the order in which they stand. */
function settingsIn(command: string): string[] {
  return [...command.matchAll(/--set ('[^']+'|\S+)/g)].map(([, word = '']) => word.replaceAll("'", ''))
}

for (const name of Object.keys(protocolTable))
  test(`what the page of ${name} says to try starts as it says`, async (t) => {
    const page = pageOf(`docs/protocols/${name}.md`)
    const { text } = section(page, 'Try it')
    const commands = shellCommands({ ...page, text }).map((command) => command.replace(/^npx /, ''))
    assert.ok(commands.length >= 3 && commands.length % 3 === 0, commands.join('\n'))
    for (let i = 0; i < commands.length; i += 3) {
      const [write = '', ask = '', start = ''] = commands.slice(i)
      const directory = await mkdtemp(join(tmpdir(), 'medoid-page-'))
      t.after(() => rm(directory, { recursive: true }))
      const file = join(directory, 'swarm.yaml')
      const outsideProof = ask.endsWith(' --outside-proof')
      const flag = outsideProof ? ' --outside-proof' : ''
      assert.match(write, /^medoid init swarm\.yaml --set /)
      assert.equal(ask, `medoid check swarm.yaml${flag}`)
      assert.equal(start, `medoid up --swarm swarm.yaml${flag}`)

      await init({ file, data: directory, set: settingsIn(write) }, quiet)
      assert.equal(protocolOf(await readSwarmFile(file)).text.split(':')[0], name)
      const asked = check({ file, outsideProof: false, json: false }, quiet)
      if (outsideProof) await assert.rejects(asked, { code: /^AGREEMENT_/ }, write)
      else await asked
      await check({ file, outsideProof, json: false }, quiet)
    }
  })
