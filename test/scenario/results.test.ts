import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { appendToJournal, formatLine, readJournal, writeJournal } from '../../src/scenario/journal.ts'
import { picturesOf } from '../../src/scenario/pictures.ts'
import type { RunResult } from '../../src/scenario/result.ts'
import { runOf, runsOf } from '../../src/scenario/runs.ts'
import { defineScenario } from '../../src/scenario/scenario.ts'
import { curvesCsv, summarise, summaryCsv } from '../../src/scenario/summary.ts'
import { placed, toldOf } from '../../src/scenario/told.ts'
import { worstCases } from '../../src/scenario/worst-case.ts'

const scenario = defineScenario({
  name: 'x',
  f: [1, 2],
  attack: ['none', 'alie', 'ipm'],
  seed: [1, 2],
  training: { steps: 20 },
  agreement: { rule: ['median', 'trmean'] },
})
const runs = runsOf(scenario, '')

/** An accuracy for each run, unlike the others'. */
const accuracyOf = (arm: number, seed: number) => 0.9 - arm / 100 - seed / 1000

function resultOf(position: number, given: Partial<RunResult> = {}): RunResult {
  const run = runs[position]
  assert.ok(run)
  const { digest, arm, seed } = run
  const accuracy = accuracyOf(arm.number, seed)
  const final = { loss: 1 - accuracy, accuracy, leastAccuracy: accuracy - 0.01, spread: 0 }
  const curve = [{ ...final, step: 10, accuracy: accuracy / 2 }]
  return {
    digest,
    arm: arm.number,
    label: arm.label,
    seed,
    outcome: 'done',
    sentence: null,
    standing: 'proven',
    final,
    curve,
    steps: 20,
    unprovenRounds: 1,
    fallbackRounds: 0,
    refusedSteps: 0,
    contraction: {
      gradient: { agreements: 20, unshrunk: run.seed, factor: run.seed / 4, before: 4, after: run.seed },
      model: null,
    },
    work: { gradients: 140, messages: 80, bytes: 25_000, mostMessages: 90, mostBytes: 30_000 },
    virtualMs: 5,
    traceHash: '0',
    ...given,
  }
}

const results = runs.map((_, i) => resultOf(i))

const journalAt = async () => join(await mkdtemp(join(tmpdir(), 'medoid-journal-')), 'runs.jsonl')

test('a journal gives back what was written, and a torn last line is cut off', async () => {
  const path = await journalAt()
  assert.equal((await readJournal(path)).size, 0)
  const [first, second, third] = results
  assert.ok(first && second && third)
  await appendToJournal(path, first)
  await appendToJournal(path, second)
  await appendFile(path, formatLine(third).slice(0, 100))
  const told = [...(await readJournal(path)).values()]
  assert.deepEqual(
    told.map(({ result }) => result),
    [first, second],
  )
  await appendToJournal(path, third)
  assert.deepEqual([...(await readJournal(path)).keys()], [first.digest, second.digest, third.digest])
  await writeJournal(path, [formatLine(third), formatLine(first)])
  assert.equal(await readFile(path, 'utf8'), `${formatLine(third)}\n${formatLine(first)}\n`)
})

test('a line in the middle that is no result is named', async () => {
  const path = await journalAt()
  const [first] = results
  assert.ok(first)
  const lost = JSON.stringify({ ...JSON.parse(formatLine(first)), outcome: 'lost' })
  for (const wrong of ['{}', '{"digest":', '', lost]) {
    await writeFile(path, `${formatLine(first)}\n${wrong}\n${formatLine(first)}\n`)
    await assert.rejects(readJournal(path), { code: 'SCENARIO_BAD_JOURNAL', message: /line 2 / })
  }
})

test('a line of another version of the program is kept as it is, and not read', async () => {
  const path = await journalAt()
  const [first] = results
  assert.ok(first)
  const old = '{"digest":"ab","outcome":"done","final":{"loss":1}}'
  await writeFile(path, `${old}\n${formatLine(first)}\n`)
  const journal = await readJournal(path)
  assert.deepEqual(journal.get('ab'), { digest: 'ab', text: old, result: undefined })
  const { results: told, others } = toldOf(scenario, '', journal)
  assert.deepEqual([told, others.map(({ text }) => text)], [[first], [old]])
})

test('a journal tells a scenario of all its arms, of other seeds after its own, and of nothing else', () => {
  const [arm] = scenario.arms
  assert.ok(arm)
  const other = defineScenario({ name: 'y', attack: 'zero', training: { steps: 20 } })
  const [stranger] = runsOf(other, '')
  assert.ok(stranger)
  const base = resultOf(0)
  const strange = placed(stranger, base)
  const later = placed(runOf(arm, 9, ''), base)
  const lines = [strange, later, ...results.toReversed()].map((result) => ({
    digest: result.digest,
    text: formatLine(result),
    // As when arms were numbered otherwise.
    result: { ...result, arm: 77, label: 'old' },
  }))
  const told = toldOf(scenario, '', new Map(lines.map((line) => [line.digest, line])))
  const [one, two, ...rest] = results
  assert.deepEqual(told.results, [one, two, later, ...rest])
  assert.deepEqual(
    told.others.map(({ text }) => text),
    [formatLine(strange)],
  )
})

test('a row has mean, least and most over the seeds, and none where one seed did not get there', () => {
  const [row] = summarise(scenario, results)
  const [one, other] = [accuracyOf(1, 1), accuracyOf(1, 2)]
  assert.deepEqual(row?.accuracy, { mean: (one + other) / 2, least: other, most: one })
  assert.equal(row?.unprovenRounds, 2)
  assert.deepEqual(row?.contraction, {
    gradient: { agreements: 40, unshrunk: 3, factor: 0.375, before: 4, after: 1.5 },
    model: null,
  })
  const lost = [resultOf(0), resultOf(1, { outcome: 'diverged', sentence: 'why', final: null })]
  const [partly] = summarise(scenario, lost)
  assert.equal(partly?.accuracy, null)
  assert.deepEqual(partly?.outcomes, { done: 1, diverged: 1 })
  assert.equal(partly?.sentence, 'why')
})

test('tables are CSV: as many cells in every row, quotes around what has commas', () => {
  const summary = summaryCsv(summarise(scenario, results)).trimEnd().split('\n')
  assert.equal(summary.length, 1 + scenario.arms.length)
  assert.match(summary[1] ?? '', /^1,"median, none, f=1",proven,2,2,0,0,0,0\.88/)
  const curves = curvesCsv(results).trimEnd().split('\n')
  assert.equal(curves.length, 1 + results.length)
  assert.match(curves[1] ?? '', /^1,"median, none, f=1",1,10,/)
})

test('the worst case of a rule is that of the attack that leaves least, over the seeds; diverged counts as 0', () => {
  const table = worstCases(scenario, results)
  assert.deepEqual(table?.rows, ['median', 'trmean'])
  assert.deepEqual(table?.columns, ['1', '2'])
  // Arms are counted f, attack, rule: under f = 1, median is arms 1, 3, 5 with none, alie, ipm.
  const mean = (accuracyOf(5, 1) + accuracyOf(5, 2)) / 2
  assert.deepEqual(table?.cells[0]?.[0], { kind: 'measured', accuracy: mean, attack: 'ipm' })
  const worse = results.map((result) =>
    result.arm === 3 ? { ...result, outcome: 'diverged' as const, final: null } : result,
  )
  assert.deepEqual(worstCases(scenario, worse)?.cells[0]?.[0], {
    kind: 'measured',
    accuracy: 0,
    attack: 'alie',
  })
  const refused = results.map((result) =>
    result.label.startsWith('median')
      ? { ...result, outcome: 'refused' as const, sentence: 'no', final: null }
      : result,
  )
  assert.deepEqual(worstCases(scenario, refused)?.cells[0]?.[0], { kind: 'refused', sentence: 'no' })
})

test('the same results give the same pictures, byte by byte, with every arm in them', () => {
  const pictures = picturesOf(scenario, results)
  assert.deepEqual(
    pictures.map(({ name }) => name),
    ['accuracy', 'loss', 'spread', 'worst'],
  )
  assert.deepEqual(picturesOf(scenario, results), pictures)
  const [accuracy, , , worst] = pictures
  for (const name of ['median, f=1', 'trmean, f=2', 'alie', 'nobody attacks'])
    assert.ok(accuracy?.svg.includes(name), name)
  assert.ok(worst?.svg.includes('worst under ipm'))
})
