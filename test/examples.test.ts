import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

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
