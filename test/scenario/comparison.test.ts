import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparisonLines, comparisonMarkdown } from '../../src/commands/compare-table.ts'
import { compared } from '../../src/scenario/comparison.ts'
import { comparisonPictures } from '../../src/scenario/comparison-pictures.ts'
import type { RunResult } from '../../src/scenario/result.ts'
import { runsOf } from '../../src/scenario/runs.ts'
import { defineScenario, type ScenarioInput } from '../../src/scenario/scenario.ts'

/** A scenario whose runs all came to `accuracyOf`, but for what `given` says of an arm. */
function comparison(
  input: Omit<ScenarioInput, 'name'>,
  given: (arm: number) => Partial<RunResult> | undefined = () => ({}),
) {
  const scenario = defineScenario({ name: 'x', n: 11, f: 1, training: { steps: 20 }, ...input })
  const results = runsOf(scenario, '').flatMap(({ digest, arm, seed }): RunResult[] => {
    const own = given(arm.number)
    if (own === undefined) return []
    const accuracy = accuracyOf(arm.number)
    const result: RunResult = {
      digest,
      arm: arm.number,
      label: arm.label,
      seed,
      outcome: 'done',
      sentence: null,
      standing: 'proven',
      final: { loss: 1 - accuracy, accuracy, leastAccuracy: accuracy, spread: 0 },
      curve: [],
      steps: 20,
      unprovenRounds: 0,
      fallbackRounds: 0,
      refusedSteps: 0,
      contraction: { gradient: null, model: null },
      work: { gradients: 220, messages: 80, bytes: 25e6, mostMessages: 90, mostBytes: 3e7 },
      virtualMs: 1500,
      traceHash: '0',
    }
    return [{ ...result, ...own }]
  })
  return { scenario, points: compared(scenario, results) }
}

const accuracyOf = (arm: number) => arm / 100

const namesIn = ({ points }: ReturnType<typeof comparison>) =>
  points.flatMap(({ systems }) => systems.map(({ system }) => system))

/** Every arm's accuracy, as cells have them. */
const shownIn = ({ points }: ReturnType<typeof comparison>) =>
  points
    .flatMap(({ systems }) => systems.flatMap(({ cells }) => cells))
    .flatMap((cell) => (cell?.kind === 'done' ? [cell.accuracy] : []))
    .toSorted()

for (const [what, input, names] of [
  [
    'that differ in what no protocol uses and in the task',
    {
      attack: ['none', 'ipm'],
      task: { data: 'quadratic', apart: [0.1, 0.2] },
      agreement: { protocol: 'monna', modelRule: ['trmean', 'median'] },
    },
    ['monna, apart=0.1', 'monna, apart=0.1 (2)', 'monna, apart=0.2', 'monna, apart=0.2 (2)'],
  ],
  [
    'with one label',
    {
      attack: ['none', 'ipm'],
      arms: [
        {
          label: 'AggregaThor',
          agreement: {
            protocol: ['aggregathor:lossy=yes', 'aggregathor:lossy=yes,fill=stale'],
            rule: ['krum', 'median'],
          },
        },
      ],
    },
    [
      'AggregaThor, aggregathor:lossy=yes, krum',
      'AggregaThor, aggregathor:lossy=yes, median',
      'AggregaThor, aggregathor:lossy=yes,fill=stale, krum',
      'AggregaThor, aggregathor:lossy=yes,fill=stale, median',
    ],
  ],
  [
    'that use either rule, both or none',
    { agreement: { protocol: ['aggregathor', 'rpel', 'draco', 'learn'], modelRule: ['trmean', 'median'] } },
    [
      'aggregathor, nnm>trmean',
      'aggregathor, nnm>trmean (2)',
      'rpel, trmean',
      'rpel, median',
      'draco',
      'draco (2)',
      'learn, nnm>trmean, modelRule=trmean',
      'learn, nnm>trmean, modelRule=median',
    ],
  ],
  [
    'that are alike, but for their seeds or in nothing',
    { arms: [{ attack: ['none', 'ipm', 'ipm'] }, { seed: [7, 8] }] },
    ['learn, nnm>trmean, seed=1', 'learn, nnm>trmean, seed=1 (2)', 'learn, nnm>trmean, seed=7'],
  ],
] as const satisfies readonly (readonly [string, Omit<ScenarioInput, 'name'>, readonly string[]])[])
  test(`every arm is in a cell, and rows are called after what they differ in: arms ${what}`, () => {
    const all = comparison({ outsideProof: true, ...input })
    assert.deepEqual(namesIn(all), names)
    const { arms } = all.scenario
    assert.deepEqual(shownIn(all), arms.map(({ number }) => accuracyOf(number)).toSorted())
  })

test('each f has a table, in which n need not be said where it differs from that in another', () => {
  const arms = [
    { label: 'DRACO', n: 9, f: 1 },
    { label: 'DRACO', n: 10, f: 2 },
  ]
  assert.deepEqual(namesIn(comparison({ arms })), ['DRACO', 'DRACO'])
})

test('arms that did not run have no row', () => {
  const some = comparison({ n: [11, 12] }, (arm) => (arm === 1 ? {} : undefined))
  assert.deepEqual(namesIn(some), ['learn, nnm>trmean'])
})

const table = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | '))

test('a row says whether its system is proven, and below the table why not', () => {
  const { points } = comparison({
    outsideProof: true,
    arms: [
      { label: 'proven' },
      { label: 'not', agreement: { protocol: 'ps-average' } },
      { label: 'not at all', n: 2, agreement: { protocol: 'learn', rule: 'krum' } },
    ],
  })
  const page = comparisonMarkdown(points)
  const standings = table(page).map((cells) => cells[2])
  assert.deepEqual(standings, ['standing', '---', 'proven', 'outside the proof', 'refused'])
  assert.match(page, /^- not: outside the proof: AGREEMENT_NOTHING_PROVEN: .*no defence/m)
})

test('steps are those that were taken, and what was refused of them is told', () => {
  const lost = { outcome: 'diverged', final: null, sentence: 'beyond all numbers' } as const
  const { points } = comparison(
    { attack: ['none', 'ipm', 'alie'], arms: [{ label: 'a' }, { label: 'b' }] },
    (arm) => {
      if (arm === 2) return { ...lost, steps: 7 }
      // Eleven honest members keep the model where nobody attacks.
      if (arm === 1) return { refusedSteps: 33 }
      return arm > 3 ? { ...lost, steps: arm } : {}
    },
  )
  const lines = comparisonLines(points)
  const rows = lines.filter((line) => /^ {2}[ab] /.test(line)).map((line) => line.split(/ {2,}/).slice(1))
  assert.deepEqual(rows[0]?.slice(0, 7), ['a', '11', 'proven', '0.010', 'diverged at 8', '0.030', '20'])
  assert.deepEqual(rows[1]?.slice(3, 7), ['diverged at 5', 'diverged at 6', 'diverged at 7', '4 of 20'])
  assert.deepEqual(rows[1]?.slice(7, 11), ['220', '80', '25 MB', '30 MB'])
  assert.ok(lines.includes('  a, nobody attacking: 3 of 20 steps refused, the model left as it was'))
})

test('a comparison says which network its virtual times are of, and pictures say it too', () => {
  const network = { latency: 'constant', latencyMs: 20, bytesPerSecond: 12.5e6, loss: 0.01 } as const
  const { scenario, points } = comparison({ network, workMs: 5 })
  const links =
    'links of 20 ms, 12.5 MB/s on each, 1 % lost and repeated after 200 ms; each computation takes 5 ms'
  assert.match(comparisonMarkdown(points), new RegExp(`^Virtual time: ${links}\\.$`, 'm'))
  assert.ok(comparisonLines(points).includes(`  virtual time: ${links}`))
  const pictures = comparisonPictures(scenario, points)
  assert.deepEqual(
    pictures.map(({ name }) => name),
    ['accuracy-f1', 'traffic-f1', 'time-f1'],
  )
  const told = (pictures[2]?.svg ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  assert.match(told, /Under links of 20 ms, 12\.5 MB/)
  const apart = comparison({ network: { latencyMs: [5, 50] } })
  assert.deepEqual(namesIn(apart), ['learn, nnm>trmean, latencyMs=5', 'learn, nnm>trmean, latencyMs=50'])
  assert.equal(apart.points[0]?.links, undefined)
})

test('the picture of errors has a row a system with its dots and what became of lost ones; a star is outside the proof', () => {
  const { scenario, points } = comparison(
    { attack: ['none', 'ipm', 'alie'], outsideProof: true, agreement: { protocol: ['learn', 'ps-average'] } },
    (arm) => (arm === 3 ? { outcome: 'stalled', final: null, steps: 3 } : {}),
  )
  const svg = comparisonPictures(scenario, points).find(({ name }) => name === 'error-f1')?.svg ?? ''
  assert.match(svg, /learn, nnm&#62;trmean: nobody attacks 0\.99, ipm 1, stalled, alie 0\.95/)
  assert.match(svg, />ps-average \*</)
  assert.match(svg, /\* outside the proof/)
})
