/** Every published case for the rules offered: what other implementations compute on the same inputs. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseMixer, parseRule } from '../../src/gar/pipeline.ts'
import { vectorsOf } from './helpers.ts'

interface Case {
  readonly id: string
  readonly rule: string
  readonly params: Readonly<Record<string, string | number>>
  readonly n: number
  readonly f: number
  readonly input?: number[][]
  readonly inputRef?: string
  readonly expected: number[] | number[][]
  readonly conformance: 'canonical' | 'variant'
  readonly tol?: number
  readonly accept?: number[][]
  readonly acceptPerCoord?: number[][]
  readonly acceptPerRow?: number[][][]
}

/** Cases by file, as test/vectors/README.md counts them; of the pipelines, those whose stages are all offered. */
const counts = {
  average: { canonical: 9, variant: 0 },
  median: { canonical: 36, variant: 32 },
  trmean: { canonical: 85, variant: 0 },
  krum: { canonical: 155, variant: 59 },
  multikrum: { canonical: 207, variant: 61 },
  mda: { canonical: 81, variant: 0 },
  nnm: { canonical: 83, variant: 0 },
  pipelines: { canonical: 69, variant: 0 },
}

const outside = new Set(['arc>nnm>geomed'])

for (const [file, expected] of Object.entries(counts)) {
  describe(`${file}.json`, () => {
    const cases = read<Case[]>(`${file}.json`).filter(({ rule }) => !outside.has(rule))
    for (const kind of ['canonical', 'variant'] as const) {
      const chosen = cases.filter(({ conformance }) => conformance === kind)
      if (expected[kind] === 0 && chosen.length === 0) continue
      it(`agrees on all ${expected[kind]} ${kind} cases`, () => {
        assert.equal(chosen.length, expected[kind])
        assert.deepEqual(chosen.flatMap(disagreement), [])
      })
    }
    it('has no case of another kind', () => {
      assert.equal(cases.length, expected.canonical + expected.variant)
    })
  })
}

/** One line with both values where ours is none of those accepted. */
function disagreement(one: Case): string[] {
  const input = vectorsOf(one.input ?? read<{ input: number[][] }>(one.inputRef as string).input)
  const ours =
    one.rule === 'nnm' ? parseMixer('nnm')(input, one.f) : parseRule(ruleText(one)).aggregate(input, one.f)
  const agrees = ours instanceof Float32Array ? agreesOnVector(one, ours) : agreesOnRows(one, ours)
  if (agrees) return []
  const shown = ours instanceof Float32Array ? Array.from(ours) : ours.map((row) => Array.from(row))
  return [`${one.id}: ours ${JSON.stringify(shown)}, expected ${JSON.stringify(one.expected)}`]
}

function agreesOnVector(one: Case, ours: Float32Array): boolean {
  if (one.acceptPerCoord !== undefined) {
    const accepted = one.acceptPerCoord
    return (
      accepted.length === ours.length && ours.every((a, k) => accepted[k]?.some((b) => isNear(a, b, one.tol)))
    )
  }
  const answers = one.accept ?? [one.expected as number[]]
  return answers.some((answer) => isNearVector(ours, answer, one.tol))
}

function agreesOnRows(one: Case, ours: readonly Float32Array[]): boolean {
  const rows = one.acceptPerRow ?? (one.expected as number[][]).map((row) => [row])
  return (
    rows.length === ours.length &&
    ours.every((row, i) => rows[i]?.some((answer) => isNearVector(row, answer, one.tol)))
  )
}

function isNearVector(ours: Float32Array, theirs: readonly number[], tol?: number): boolean {
  return ours.length === theirs.length && ours.every((a, k) => isNear(a, theirs[k] as number, tol))
}

/** The tolerance of test/vectors/README.md for float64 arithmetic: it has room for one rounding to float32. */
function isNear(ours: number, theirs: number, tol = 1e-7): boolean {
  return Math.abs(ours - theirs) <= tol * (1 + Math.abs(theirs))
}

/** The case's rule as a user would write it. The files give counts as numbers, ours depend on n and f. */
function ruleText({ rule, params, n, f }: Case): string {
  const spelled = Object.entries(params).flatMap(([name, value]) => {
    if (name === 'f') {
      assert.equal(value, f)
      return []
    }
    if (name === 'tieBreak') {
      assert.equal(value, 'lexicographic-first')
      return []
    }
    return [`${name}=${name === 'neighbors' ? `n-f-${n - f - Number(value)}` : value}`]
  })
  return spelled.length === 0 ? rule : `${rule}:${spelled.join(',')}`
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8')) as T
}
