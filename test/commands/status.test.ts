import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStatus } from '../../src/commands/status.ts'
import { learnTogether } from '../agreement/swarm.ts'
import { ledger } from '../daemon/ledgers.ts'

/** The lines of a member's status after some steps of a swarm in which a liar may be silent. */
async function linesAfter(profile: 'practical' | 'proven', liars: readonly (() => void)[] = []) {
  const made = ledger()
  const { reports } = await learnTogether({ n: 4, f: 1, seed: 7, steps: 4, profile, liars })
  for (const report of reports[0] ?? []) made.complete(report, 0)
  return formatStatus('here', made.status())
}

const lineOf = (lines: readonly string[], head: string) => lines.find((line) => line.startsWith(head)) ?? ''

test('of one exchange one spread is shown, and of several what came of it', async () => {
  const practical = await linesAfter('practical')
  assert.match(lineOf(practical, 'gradients'), /^gradients {2}spread \d[\d.e-]*$/)
  assert.match(lineOf(practical, 'shrinking'), /not to be seen: no agreement had more than one exchange/)
  const proven = await linesAfter('proven')
  assert.match(lineOf(proven, 'gradients'), /^gradients {2}spread \d[\d.e-]* -> \d[\d.e-]*$/)
  // Models in 4 steps, and gradients in all but the first.
  assert.match(lineOf(proven, 'shrinking'), /^shrinking {2}0 of 7 agreements /)
})

test('rounds of which nothing is proven are labelled where the proof stands and where the spread does', async () => {
  const calm = await linesAfter('practical')
  assert.ok(!calm.some((line) => line.includes('beyond the proof in') || line.includes('did not hold')))
  const lines = await linesAfter('practical', [() => {}])
  assert.match(lineOf(lines, 'models'), /, beyond the proof in 1 of 1 exchanges$/)
  const proof = lines.findIndex((line) => line.startsWith('proof'))
  assert.match(lines[proof + 1] ?? '', /^ +did not hold in 8 rounds that lost too much$/)
})
