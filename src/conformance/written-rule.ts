/** A case's rule as a user would write it. The files spell parameters as formulas have them, with numbers for counts. */
import { z } from 'zod'
import type { Given } from '../gar/gar.ts'
import { type Case, parameterOf } from './case.ts'
import { recordedNormals, recordedPermutation } from './recorded.ts'

export interface Written {
  /** The pipeline, or one pre-aggregator. */
  readonly text: string
  readonly given: Given
  /** How often it is called, each time from where the last call ended. */
  readonly calls: number
}

/** What describes how the other implementation does it, and is no choice that one could make otherwise here. */
const descriptions = new Set([
  'f',
  'tieBreak',
  'note',
  'randnNote',
  'center',
  'eig',
  'theta',
  'beta',
  'selection',
])

/** Rules whose parameters in the files only describe what the published algorithm is. */
const asNamed = new Set(['bulyan', 'bulyan-multikrum'])

/** @throws CONFORMANCE_BAD_CASE */
export function writtenRule(one: Case): Written {
  if (asNamed.has(one.rule)) return { text: one.rule, given: {}, calls: 1 }
  const parameters: string[] = []
  let given: Given = {}
  let calls = 1
  for (const name of Object.keys(one.params)) {
    if (descriptions.has(name)) continue
    const read = readers[name]
    const { written, ...rest } = read === undefined ? { written: spelled(one, name) } : read(one)
    if (written !== undefined) parameters.push(`${name}=${written}`)
    given = { ...given, ...rest.given }
    calls = rest.calls ?? calls
  }
  // The published pipelines start their geometric median from zero, and do not say so.
  if (one.rule.endsWith('geomed') && !('init' in one.params)) parameters.push('init=zero')
  const text = parameters.length === 0 ? one.rule : `${one.rule}:${parameters.join(',')}`
  return { text, given, calls }
}

interface Meaning {
  readonly written?: string
  readonly given?: Given
  readonly calls?: number
}

/** Each position once. */
const order = z
  .array(z.int())
  .refine((positions) => [...positions].sort((a, b) => a - b).every((p, i) => p === i), 'is no permutation')

const readers: Readonly<Record<string, (one: Case) => Meaning>> = {
  neighbors: (one) => ({
    written: `n-f-${one.vectors.length - (one.f ?? 0) - parameterOf(one, 'neighbors', z.int())}`,
  }),
  idx: (one) => ({ given: { own: parameterOf(one, 'idx', z.int()) } }),
  m0(one) {
    parameterOf(one, 'm0', z.literal('zero'))
    return { given: { start: new Float32Array(one.vectors[0]?.length ?? 0) } }
  },
  // The rule smea-power1 has it in its name.
  powerIters: (one) => (one.rule === 'caf' ? { written: spelled(one, 'powerIters') } : {}),
  calls: (one) => ({ calls: parameterOf(one, 'calls', z.int().min(1).max(1000)) }),
  permutation: (one) => ({
    given: { random: recordedPermutation(parameterOf(one, 'permutation', order)) },
  }),
  randn: (one) => ({
    given: { random: recordedNormals(parameterOf(one, 'randn', z.array(z.array(z.number()))).flat()) },
  }),
}

function spelled(one: Case, name: string): string {
  return String(parameterOf(one, name, z.union([z.string(), z.number()])))
}
