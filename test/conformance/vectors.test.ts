/** Every case of test/vectors: what published implementations compute on the same inputs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type CombinerOptions, combinerOf } from '../../src/conformance/combiner.ts'
import type { CaseResult } from '../../src/conformance/run-case.ts'
import { runConformance } from '../../src/conformance/run-conformance.ts'

const directory = fileURLToPath(new URL('../vectors/', import.meta.url))

/** Cases to be matched, by file: canonical and variant. */
const toMatch: Readonly<Record<string, readonly [canonical: number, variant: number]>> = {
  aksel: [117, 35],
  'alie-z': [1, 0],
  arc: [83, 0],
  attacks: [197, 80],
  average: [9, 0],
  bucketing: [6, 0],
  bulyan: [24, 24],
  caf: [7, 0],
  centeredclipping: [72, 0],
  cge: [76, 0],
  clipping: [34, 0],
  disagreements: [0, 0],
  geomed: [92, 0],
  krum: [155, 59],
  mda: [81, 0],
  meamed: [85, 35],
  median: [36, 32],
  monna: [77, 0],
  multikrum: [207, 61],
  mva: [7, 0],
  nnm: [83, 0],
  nonfinite: [0, 0],
  phocas: [76, 0],
  pipelines: [92, 0],
  smea: [7, 5],
  trmean: [85, 0],
}

async function resultsOf(options: CombinerOptions): Promise<CaseResult[]> {
  const combiner = combinerOf(options)
  const results: CaseResult[] = []
  for await (const result of runConformance(directory, combiner)) results.push(result)
  await combiner.close()
  return results
}

const results = await resultsOf({})

test('no case fails', () => {
  assert.deepEqual(
    results.filter(({ outcome }) => outcome === 'failed'),
    [],
  )
})

test('every case that is to be matched is passed: no canonical one, and no variant, is skipped', () => {
  for (const [file, totals] of Object.entries(toMatch))
    for (const [i, kind] of (['canonical', 'variant'] as const).entries()) {
      const ofKind = results.filter((one) => one.file === `${file}.json` && one.conformance === kind)
      assert.equal(ofKind.length, totals[i], `${file}, ${kind}`)
      assert.deepEqual(
        ofKind.filter(({ outcome }) => outcome !== 'passed'),
        [],
      )
    }
})

for (const options of [{ kernels: 'reference' }, { threads: 2 }] as const)
  test(`every case ends the same with ${JSON.stringify(options)}`, async () => {
    assert.deepEqual(await resultsOf(options), results)
  })

test('what is not to be matched is counted and skipped: 46 informational cases, 24 disagreements', () => {
  const count = (kind: CaseResult['conformance']) =>
    results.filter(({ conformance, outcome }) => conformance === kind && outcome === 'skipped').length
  assert.deepEqual([count('informational'), count(undefined)], [46, 24])
})

test('all cases that the README counts are there', () => {
  const readme = readFileSync(new URL('../vectors/README.md', import.meta.url), 'utf8').replaceAll('\n', ' ')
  const [, list = '', total] = /Cases in each file: (.+?)\. Together (\d+)\./.exec(readme) ?? []
  const counted = list.split(', ').map((entry) => entry.split(' '))
  assert.ok(counted.length > 20)
  for (const [file, count] of counted)
    assert.equal(results.filter((one) => one.file === `${file}.json`).length, Number(count), file)
  assert.equal(results.length, Number(total))
})
