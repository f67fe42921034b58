/** The proven factors beside what a search for the worst case finds; `scripts/agreement.ts` searches longer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { trimmedMeanFactor } from '../../src/agreement/contraction.ts'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { seedsIn } from '../sim/seeded.ts'
import { type Row, rows, worstOf } from './contraction-search.ts'

const [seed = 1] = seedsIn(process.env, [1])
/** Rounding of float32. */
const tolerance = 1e-6
/** The rules whose bound the proofs say is attained. */
const isExact = ({ rule }: Row) => rule.text === 'trmean' || rule.text === 'midpoint'

for (const row of rows) {
  const { rule, policy, n, f, late, quorum, proven } = row
  const where = `${rule.text}, ${policy}, n = ${n}, f = ${f}, u = ${late}${quorum === undefined ? '' : `, q = ${quorum}`}`
  test(`no exchange leaves more than is proven of the honest spread: ${where}`, () => {
    const { worst, by } = worstOf(row, 200, seed)
    assert.ok(worst <= proven + tolerance, `SEED=${seed} ${by} found ${worst}, ${proven} is proven`)
    if (isExact(row)) assert.ok(worst >= proven - tolerance, `only ${worst} of ${proven} is attained`)
  })
}

test('the table holds the bounds of every policy, and u from 0 to f', () => {
  for (const f of [1, 2, 3])
    for (let u = 0; u <= f; u++)
      assert.ok(
        rows.some((row) => row.rule.text === 'trmean' && row.f === f && row.late === u),
        `f = ${f}, u = ${u}`,
      )
})

// Any honest values, any u of them missing at each of two members, any lies of f liars: docs/PROOFS.md 2.
test('trimmed mean contracts by k(u) whatever honest members say, liars say and members miss', () => {
  const trmean = parseAgreementRule('trmean')
  const schedule = fc.integer({ min: 1, max: 3 }).chain((f) =>
    fc.integer({ min: 0, max: f }).chain((u) => {
      const n = 3 * f + 2 * u + 1
      const lies = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: f, maxLength: f })
      return fc.record({
        n: fc.constant(n),
        f: fc.constant(f),
        u: fc.constant(u),
        honest: fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: n - f, maxLength: n - f }),
        lies: fc.tuple(lies, lies),
        missing: fc.tuple(
          fc.subarray([...Array(n - f).keys()], { maxLength: u }),
          fc.subarray([...Array(n - f).keys()], { maxLength: u }),
        ),
      })
    }),
  )
  fc.assert(
    fc.property(schedule, ({ n, f, u, honest, lies, missing }) => {
      const results = lies.map((said, member) => {
        const heard = honest.filter((_, i) => !missing[member]?.includes(i))
        return trmean.aggregate(
          [...heard, ...said].map((x) => Float32Array.of(x)),
          f,
        )[0]
      })
      const [low, high] = [Math.min(...honest), Math.max(...honest)]
      const [a = Number.NaN, b = Number.NaN] = results
      assert.ok(Math.abs(a - b) <= trimmedMeanFactor(n, f, u) * (high - low) + tolerance)
      for (const x of [a, b])
        assert.ok(x >= low - tolerance && x <= high + tolerance, 'left the honest range')
    }),
    { seed, numRuns: 2000 },
  )
})
