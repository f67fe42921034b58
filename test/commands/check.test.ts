import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type CheckReport, check } from '../../src/commands/check.ts'
import { exitCodeOf, exitCodes } from '../../src/commands/exit-codes.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-check-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** What is printed, and the exit code that follows. */
async function checked(settings: object, flags: { outsideProof?: boolean; json?: boolean } = {}) {
  const file = join(directory, 'swarm.yaml')
  await writeFile(file, JSON.stringify(settings))
  const lines: string[] = []
  const run = check({ file, outsideProof: false, json: false, ...flags }, (line) => lines.push(line))
  const code = await run.then(() => exitCodes.ok, exitCodeOf)
  return { lines, text: lines.join('\n'), code }
}

const proven = { n: 4, f: 1, synchrony: { late: 0 } }
const outside = { n: 4, f: 1 }
const impossible = { n: 4, f: 2 }

test('the table has a row for each phase: rule, bound, needed n, factor, rounds and standing', async () => {
  const { lines, code } = await checked(proven)
  assert.equal(code, exitCodes.ok)
  const rows = lines.map((line) => line.split(/ {2,}/))
  assert.ok(rows.some((row) => row.join() === 'phase,rule,bound,needed n,factor,rounds,standing'))
  assert.ok(rows.some((row) => row.join() === 'gradient,nnm>trmean,n >= 2f+1,3,-,1,runnable'))
  assert.ok(rows.some((row) => row.join() === 'model,trmean,n >= 3f+2u+1,4,0.500,1,proven'))
  assert.match(lines.at(-1) ?? '', /^proof .*n = 4, f = 1, u = 0: practical/)
})

test('it ends as medoid up would start: outside the proof only where that is accepted, impossible never', async () => {
  assert.equal((await checked(outside)).code, exitCodes.refused)
  assert.equal((await checked(outside, { outsideProof: true })).code, exitCodes.ok)
  assert.equal((await checked(impossible, { outsideProof: true })).code, exitCodes.refused)
  assert.match((await checked(outside)).text, /AGREEMENT_OUTSIDE_PROOF: n = 4, f = 1, u = 1: .* = 6 members/)
  assert.match((await checked(impossible)).text, /^refused /m)
})

test('a file that is wrong is a usage error, and nothing is printed', async () => {
  const { lines, code } = await checked({ agreement: { rule: 'krumm' } })
  assert.deepEqual([lines, code], [[], exitCodes.usage])
})

test('as JSON it is one line with the same in it', async () => {
  const { lines } = await checked(
    { ...proven, agreement: { profile: 'proven', rule: 'average' }, training: { steps: 9 } },
    { json: true },
  )
  assert.equal(lines.length, 1)
  const report = JSON.parse(lines[0] ?? '') as CheckReport
  assert.deepEqual([report.n, report.f, report.late, report.policy], [4, 1, 0, 'synchronous'])
  assert.equal(report.standing, 'impossible')
  const [gradient, model] = report.phases
  // No number of members makes averaging withstand a liar.
  assert.deepEqual([gradient?.needed, gradient?.factor, gradient?.standing], [null, null, 'refused'])
  assert.deepEqual([model?.factor, model?.of, model?.source], [0.5, 'coordinate range', 'docs/PROOFS.md 2'])
  // ceil(log2 9) = 4 halvings at the last step; models take (ln 2 + 0.5 ln 2) / ln 2 = 1.5, so 2 exchanges.
  assert.deepEqual(
    [gradient?.rounds, model?.rounds],
    [
      { first: 0, last: 4 },
      { first: 2, last: 2 },
    ],
  )
})

test('every form of LEARN can be written in the file', async () => {
  const settings = (agreement: object, synchrony: object = { late: 0 }) => ({
    n: 4,
    f: 1,
    agreement,
    synchrony,
  })
  const cases: readonly [object, number, RegExp][] = [
    [settings({ profile: 'proven', rule: 'trmean' }), exitCodes.ok, /ceil\(log2 t\) halvings/],
    [settings({ profile: 'proven', halvings: 0 }), exitCodes.ok, /gradients not at all/],
    [settings({ profile: 'proven', halvings: 3, rule: 'midpoint' }), exitCodes.ok, /by 3 halvings/],
    [settings({ profile: 'garfield' }), exitCodes.ok, /garfield/],
    [settings({ profile: 'single' }), exitCodes.refused, /AGREEMENT_NO_MODELS/],
    [settings({ rounds: 2 }), exitCodes.refused, /AGREEMENT_ROUNDS_BY_HAND/],
    [settings({ modelRounds: 2 }), exitCodes.refused, /AGREEMENT_ROUNDS_BY_HAND/],
    [settings({}, { policy: 'reliable' }), exitCodes.ok, /u = 0/],
  ]
  for (const [file, code, text] of cases) {
    const answer = await checked(file)
    assert.equal(answer.code, code, JSON.stringify(file))
    assert.match(answer.text, text)
  }
})
