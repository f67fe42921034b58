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

test('harm is told above that of as many steps in which nobody attacks, and where there is none above it, that is told', async () => {
  const { report, text } = await search({ attack: ['constant', 'bit-flip'], steps: 20 })
  const [worst, other] = report.attacks
  assert.match(worst?.attack ?? '', /^constant:value=-/)
  assert.ok((worst?.above ?? 0) > 0.05)
  assert.equal(worst?.above, (worst?.harm ?? 0) - report.unharmed)
  assert.match(text, /^constant\S+ +0\.\d+ {2}0\.\d+ above$/m)
  assert.match(other?.attack ?? '', /^bit-flip:rate=/)
  // Who says its own vector does nothing, and neither does nobody.
  const { report: calm, text: said } = await search({ attack: ['zero'], byzantine: 0 })
  assert.deepEqual(
    calm.attacks.map(({ above }) => above),
    [0],
  )
  assert.match(said, /^zero +0\.\d+ {2}no harm found$/m)
  assert.match(said, /^no harm found: under none of 1 attacks /m)
})

test('the same seed finds the same, and an attack that there is not is named', async () => {
  const flags = { attack: ['alie'] }
  assert.deepEqual((await search(flags)).report, (await search(flags)).report)
  await assert.rejects(search({ attack: ['rudeness'] }), { code: 'COMMAND_BAD_OPTION', message: /rudeness/ })
})
