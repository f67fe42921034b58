import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseRule } from '../../src/gar/pipeline.ts'
import { rules } from '../../src/gar/rules.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { everythingFor } from './helpers.ts'

describe('a rule as written', () => {
  const canonical = {
    average: 'average',
    ' nnm > trmean ': 'nnm>trmean',
    'nnm>nnm>median:even=upper': 'nnm>nnm>median:even=upper',
    'median:even=mean-of-middles': 'median',
    'median: even = lower': 'median:even=lower',
    'krum:neighbors=n-f-2,distance=squared': 'krum',
    'krum:distance=euclidean,neighbors=n-f-1': 'krum:neighbors=n-f-1,distance=euclidean',
    'multikrum:m=n-f-2': 'multikrum',
    'multikrum:m=n-f': 'multikrum:m=n-f',
    'multikrum:m=2,neighbors=n-f-1': 'multikrum:neighbors=n-f-1,m=2',
    'krum:neighbors=4': 'krum:neighbors=4',
    'geomed:nu=1e-6,T=100': 'geomed',
    'geomed:nu=0.10,ftol=0,init=zero': 'geomed:init=zero,nu=0.1,ftol=0',
    'monna:idx=own': 'monna',
    'monna:idx=3': 'monna:idx=3',
    'bucketing:s=3,seed=0 > median': 'bucketing:s=3>median',
    'bulyan-multikrum:even=upper': 'bulyan-multikrum',
  }
  for (const [text, expected] of Object.entries(canonical)) {
    it(`"${text}" is ${expected}, and so is what it prints`, () => {
      assert.equal(parseRule(text).text, expected)
      assert.equal(parseRule(expected).text, expected)
    })
  }

  it('tells its stages apart', () => {
    assert.deepEqual(parseRule('nnm>krum:neighbors=n-f-1').stages, [
      { name: 'nnm', text: 'nnm', kind: 'pre-aggregator' },
      { name: 'krum', text: 'krum:neighbors=n-f-1', kind: 'rule' },
    ])
  })
})

describe('a rule that is none', () => {
  const refusals: [text: string, code: string, says: RegExp][] = [
    ['', 'GAR_UNKNOWN_RULE', /no rule "": use average, median, .*nnm/],
    ['trimmed-mean', 'GAR_UNKNOWN_RULE', /no rule "trimmed-mean": use .*trmean/],
    ['constructor', 'GAR_UNKNOWN_RULE', /"constructor"/],
    ['nnm>', 'GAR_UNKNOWN_RULE', /""/],
    ['nnm>>trmean', 'GAR_UNKNOWN_RULE', /""/],
    [`${'x'.repeat(100)}\n`, 'GAR_UNKNOWN_RULE', /"x{40}\.\.\."/],
    ['nnm', 'GAR_WRONG_PLACE', /nnm is a pre-aggregator .* as in nnm>trmean/],
    ['trmean>median', 'GAR_WRONG_PLACE', /trmean is a rule/],
    ['trmean:f=1', 'GAR_UNKNOWN_PARAMETER', /trmean has no parameter "f": it takes none/],
    ['krum:m=1', 'GAR_UNKNOWN_PARAMETER', /krum has no parameter "m": use neighbors, distance/],
    ['krum:toString=1', 'GAR_UNKNOWN_PARAMETER', /"toString"/],
    ['krum:distance=squared,', 'GAR_UNKNOWN_PARAMETER', /""/],
    ['krum:distance=squared,distance=squared', 'GAR_REPEATED_PARAMETER', /distance twice/],
    ['median:even', 'GAR_BAD_VALUE', /median:even cannot be "": use mean-of-middles, lower, upper/],
    ['median:even=middle', 'GAR_BAD_VALUE', /cannot be "middle"/],
    ['median:even=lower:upper', 'GAR_BAD_VALUE', /cannot be "lower:upper"/],
    ['median:even=lower=upper', 'GAR_BAD_VALUE', /cannot be "lower=upper"/],
    ['krum:neighbors=n-f-3', 'GAR_BAD_VALUE', /use n-f-2, n-f-1 or a whole number/],
    ['krum:neighbors=0', 'GAR_BAD_VALUE', /use n-f-2/],
    ['nnm>average-nan', 'GAR_WRONG_PLACE', /average-nan is for vectors with holes/],
    ['geomed:nu=0', 'GAR_BAD_VALUE', /from 1e-38 to 1e38/],
    ['geomed:nu=-1', 'GAR_BAD_VALUE', /from 1e-38/],
    // Its reciprocal is a weight, which would be infinite.
    ['geomed:nu=1e-310', 'GAR_BAD_VALUE', /from 1e-38/],
    ['geomed:nu=1e39', 'GAR_BAD_VALUE', /from 1e-38 to 1e38/],
    ['geomed:nu=Infinity', 'GAR_BAD_VALUE', /from 1e-38/],
    ['geomed:ftol=-1', 'GAR_BAD_VALUE', /from 0 to 1e38/],
    ['geomed:T=0', 'GAR_BAD_VALUE', /whole number from 1 to 1000000/],
    ['geomed:T=1000001', 'GAR_BAD_VALUE', /whole number from 1 to 1000000/],
    ['monna:idx=-1', 'GAR_BAD_VALUE', /own or a position/],
    ['bucketing:s=0>median', 'GAR_BAD_VALUE', /whole number from 1/],
    ...['0', '-1', '1.5', '01', 'n', 'n-f-0', 'n-f+1', '1e3', ''].map((m): [string, string, RegExp] => [
      `multikrum:m=${m}`,
      'GAR_BAD_VALUE',
      /whole number from 1 up/,
    ]),
  ]
  for (const [text, code, says] of refusals) {
    it(`${JSON.stringify(text)} is refused with ${code}, saying what is allowed`, () => {
      assert.throws(
        () => parseRule(text),
        (error) => isCoded(error, code) && says.test(error.message),
      )
    })
  }
})

describe('what n a rule needs for f', () => {
  const needs: [text: string, bound: string, minima: [f0: number, f1: number, f2: number]][] = [
    ['average', 'f = 0', [1, Infinity, Infinity]],
    ['median', 'n >= 2f+1', [1, 3, 5]],
    ['trmean', 'n >= 2f+1', [1, 3, 5]],
    ['mda', 'n >= 2f+1', [1, 3, 5]],
    ['krum', 'n >= 2f+3', [3, 5, 7]],
    ['krum:neighbors=n-f-1', 'n >= 2f+1', [1, 3, 5]],
    ['multikrum', 'n >= 2f+3', [3, 5, 7]],
    ['multikrum:m=n-f', 'n >= 2f+3', [3, 5, 7]],
    ['multikrum:m=4', 'n >= 2f+3 and n >= f+4', [4, 5, 7]],
    ['multikrum:neighbors=n-f-1', 'n >= 2f+1 and n >= f+3', [3, 4, 5]],
    ['krum:neighbors=4', 'n >= 2f+1 and n >= 5', [5, 5, 5]],
    ['meamed', 'n >= 2f+1', [1, 3, 5]],
    ['phocas', 'n >= 2f+1', [1, 3, 5]],
    ['mva', 'n >= 2f+1', [1, 3, 5]],
    ['smea', 'n >= 2f+1', [1, 3, 5]],
    ['smea-power1', 'n >= 2f+1', [1, 3, 5]],
    ['caf', 'n >= 2f+1', [1, 3, 5]],
    ['bulyan', 'n >= 4f+3', [3, 7, 11]],
    ['bulyan-multikrum', 'n >= 4f+3', [3, 7, 11]],
    ['geomed', 'n >= 2f+1', [1, 3, 5]],
    ['aksel', 'n >= 2f+1', [1, 3, 5]],
    ['centeredclipping', 'n >= 2f+1', [1, 3, 5]],
    ['cge', 'n >= 2f+1', [1, 3, 5]],
    ['monna', 'n >= 2f+1', [1, 3, 5]],
    ['average-nan', 'f = 0', [1, Infinity, Infinity]],
    ['median-nan', 'n >= 2f+1', [1, 3, 5]],
    ['bucketing>median', 'n >= 4f+1', [1, 5, 9]],
    ['bucketing:s=3>krum', 'n >= 6f+7', [7, 13, 19]],
    ['bucketing:s=3>average', 'f = 0', [1, Infinity, Infinity]],
    ['nnm>bucketing>median', 'n >= 4f+1', [1, 5, 9]],
    ['bucketing>nnm>bulyan', 'n >= 8f+5', [5, 13, 21]],
    ['clipping>trmean', 'n >= 2f+1', [1, 3, 5]],
    ['clipping>average', 'f = 0', [1, Infinity, Infinity]],
    ['arc>average', 'f = 0', [1, Infinity, Infinity]],
    ['nnm>trmean', 'n >= 2f+1', [1, 3, 5]],
    ['nnm>krum', 'n >= 2f+3', [3, 5, 7]],
    ['nnm>average', 'f = 0', [1, Infinity, Infinity]],
  ]
  for (const [text, bound, minima] of needs) {
    it(`${text} needs ${bound}`, () => {
      const pipeline = parseRule(text)
      assert.equal(pipeline.bound, bound)
      assert.deepEqual([0, 1, 2].map(pipeline.minimum), minima)
    })

    it(`${text} runs with the least n that it names, and refuses one less`, () => {
      const { aggregate } = parseRule(text)
      for (const [f, n] of minima.entries()) {
        if (n === Infinity) continue
        const vectors = Array.from({ length: n }, (_, i) => Float32Array.of(i, -i))
        const given = everythingFor(vectors)
        assert.ok(aggregate(vectors, f, given).every(Number.isFinite))
        if (n > 1) assert.throws(() => aggregate(vectors.slice(1), f, given), { code: 'GAR_TOO_FEW_VECTORS' })
      }
    })
  }

  it('is tried above for every rule in the table', () => {
    const tried = new Set(needs.flatMap(([text]) => parseRule(text).stages.map(({ name }) => name)))
    assert.deepEqual(
      [...rules.keys()].filter((name) => !tried.has(name)),
      [],
    )
  })
})

it('docs/RULES.md has a row for every rule with its bound, and one for every parameter with its default', () => {
  const page = readFileSync(new URL('../../docs/RULES.md', import.meta.url), 'utf8')
  for (const [name, { kind, parameters }] of rules) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
    assert.ok(row, `no row for ${name}`)
    const { bound } = parseRule(kind === 'rule' ? name : `${name}>trmean`)
    assert.ok(row.includes(kind === 'rule' ? `| ${bound} |` : `${bound} with \`trmean\``), row)
    for (const [parameter, { default: byDefault }] of Object.entries(parameters)) {
      assert.ok(row.includes(`\`${parameter}\``), row)
      assert.ok(page.includes(`| \`${parameter}\` | \`${byDefault}\``), `no row for ${parameter}`)
    }
  }
})
