import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BreakFlags, breakRule } from '../../src/commands/break.ts'
import { Screen } from '../../src/commands/screen.ts'

async function search(flags: Partial<BreakFlags>) {
  let text = ''
  const screen = new Screen({ write: (written: string) => (text += written) })
  const report = await breakRule(
    { rule: 'median', modelRule: 'median', members: 5, f: 1, steps: 10, seed: 1, ...flags },
    { screen, signal: new AbortController().signal },
  )
  return { report, text }
}

test('plain averaging is broken by a loud lie and from where on is said; the median is not', async () => {
  const averaged = { rule: 'average', modelRule: 'average', f: 0, byzantine: 1 }
  const { report, text } = await search({ ...averaged, attack: ['ipm', 'zero'] })
  const [worst, other] = report.attacks
  assert.match(worst?.attack ?? '', /^ipm:tau=/)
  assert.ok((worst?.harm ?? 0) > 1)
  // Five members: four say x and one -tau x, so that nothing is left of x at tau = 4, and less is no breaking.
  const tau = Number(worst?.from?.slice('tau='.length))
  assert.ok(tau >= 4 && tau < Number(worst?.attack.slice('ipm:tau='.length)), `${tau}`)
  assert.equal(other?.attack, 'zero')
  assert.match(text, /1 of 2 attacks break average; the worst is ipm/)
  const robust = await search({ attack: ['ipm', 'zero'] })
  assert.match(robust.text, /nothing breaks median/)
})

test('the same seed finds the same, and an attack that there is not is named', async () => {
  const flags = { attack: ['alie'] }
  assert.deepEqual((await search(flags)).report, (await search(flags)).report)
  await assert.rejects(search({ attack: ['rudeness'] }), { code: 'COMMAND_BAD_OPTION', message: /rudeness/ })
})
