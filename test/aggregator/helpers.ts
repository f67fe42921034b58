/** Cases for every rule of the table. */
import type { Given } from '../../src/gar/gar.ts'
import { type Pipeline, parseRule } from '../../src/gar/pipeline.ts'
import { rules } from '../../src/gar/rules.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { normalVectors } from '../gar/helpers.ts'

const names = [...rules].map(([name, { kind }]) => ({ name, kind }))

/** Every rule alone, every pre-aggregator before one, and longer pipelines. */
export const everyRule: readonly string[] = [
  ...names.map(({ name, kind }) => (kind === 'rule' ? name : `${name}>trmean`)),
  'nnm>nnm>krum',
]

export interface Case {
  readonly pipeline: Pipeline
  readonly vectors: readonly Float32Array[]
  readonly f: number
  /** Fresh for each call: chance is used up. */
  given(): Given
}

/** Vectors for the rule `text`, at least seven, and everything that a rule may need besides. */
export function caseFor(text: string, d: number): Case {
  const pipeline = parseRule(text)
  const f = Number.isFinite(pipeline.minimum(1)) ? 1 : 0
  const n = Math.max(7, pipeline.minimum(f))
  const [start, ...vectors] = normalVectors(1, n + 1, d)
  const random = seededRandom(1, 'valid')
  const valid = vectors.map(() => random.bytes(Math.ceil(d / 8)))
  return {
    pipeline,
    vectors,
    f,
    given: () => ({ own: 1, start, valid, random: seededRandom(1, 'given') }),
  }
}
