// Runs one suite: `node scripts/test.js unit [pattern]` or `... e2e`. End-to-end tests run one file at a time, because
// each starts several daemons.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const [suite = 'unit', pattern = ''] = process.argv.slice(2)
const isEndToEnd = (file) => file.startsWith('test/e2e/')
const files = globSync('test/**/*.test.ts')
  .filter((file) => isEndToEnd(file) === (suite === 'e2e') && file.includes(pattern))
  .sort()
if (files.length === 0) {
  console.error(`no test file of the suite "${suite}" matches "${pattern}"`)
  process.exit(1)
}
const concurrency = suite === 'e2e' ? 1 : 2
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-timeout=300000', `--test-concurrency=${concurrency}`, '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
)
process.exit(status ?? 1)
