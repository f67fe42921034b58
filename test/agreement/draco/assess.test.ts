/** The guard of DRACO: which sizes each code admits, and the sentence where it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assessDraco, type DracoPlan, requireDraco } from '../../../src/agreement/draco/assess.ts'
import { isCoded } from '../../../src/util/coded-error.ts'

const plan = (n: number, f: number, code: DracoPlan['code']): DracoPlan => ({ n, f, code })

/** The code with which a plan is refused, if it is. */
function refusal(one: DracoPlan): string | undefined {
  const assessment = assessDraco(one)
  return assessment.standing === 'impossible' ? assessment.error.code : undefined
}

test('2f+1 workers are needed, and suffice', () => {
  for (const f of [0, 1, 2, 3])
    for (const code of ['repetition', 'cyclic'] as const) {
      assert.equal(refusal(plan(2 * f, f, code)), 'AGREEMENT_DRACO_TOO_FEW')
      assert.equal(refusal(plan(2 * f + 1, f, code)), undefined)
    }
})

test('the repetition code needs a multiple of 2f+1, and the message names the two next ones', () => {
  assert.equal(refusal(plan(15, 2, 'repetition')), undefined)
  const { sentence } = assessDraco(plan(17, 2, 'repetition'))
  assert.match(sentence, /^AGREEMENT_DRACO_UNEVEN: .*2f\+1 = 5.*have 15 or 20 workers/)
})

test('the cyclic code is refused where its conditioning is bad, and the message names the number', () => {
  // The last admitted and the first refused, as docs/protocols/draco.md has them.
  const greatest = [
    [2, 39],
    [3, 24],
    [4, 21],
    [5, 20],
    [6, 21],
    [7, 21],
    [8, 22],
    [9, 23],
    [10, 23],
  ] as const
  for (const [f, n] of greatest) {
    assert.equal(refusal(plan(n, f, 'cyclic')), undefined, `n = ${n}, f = ${f}`)
    assert.equal(
      refusal(plan(n + 1, f, 'cyclic')),
      'AGREEMENT_DRACO_ILL_CONDITIONED',
      `n = ${n + 1}, f = ${f}`,
    )
  }
  assert.equal(refusal(plan(200, 1, 'cyclic')), undefined)
  const { sentence } = assessDraco(plan(45, 5, 'cyclic'))
  assert.match(sentence, /n = 45 workers, f = 5: .* 1\.1e\+12 and may be 1e\+6 at most/)
})

test('what is admitted is proven, and the phase says by what bound', () => {
  const { standing, sentence, phases } = assessDraco(plan(9, 1, 'repetition'))
  assert.equal(standing, 'proven')
  assert.match(sentence, /bit for bit/)
  assert.deepEqual(
    phases.map(({ phase, rule, needed, standing }) => [phase, rule, needed, standing]),
    [['gradient', 'repetition code', 3, 'proven']],
  )
  assert.equal(phases[0]?.rounds(7), 1)
  assert.equal(assessDraco(plan(8, 1, 'repetition')).phases[0]?.standing, 'refused')
})

test('who runs it all the same gets the error', () => {
  assert.throws(
    () => requireDraco(plan(8, 1, 'repetition')),
    (error) => isCoded(error, 'AGREEMENT_DRACO_UNEVEN'),
  )
  requireDraco(plan(9, 1, 'repetition'))
})
