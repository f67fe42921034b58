/** What a rule refuses to compute, and what it refuses to be called. */
import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type GarProblem =
  | { code: 'GAR_BAD_F'; f: number }
  | { code: 'GAR_NO_VECTORS' }
  | { code: 'GAR_EMPTY_VECTORS' }
  | { code: 'GAR_WRONG_ARRAY'; position: number }
  | { code: 'GAR_UNEQUAL_LENGTHS'; position: number; length: number; expected: number }
  | { code: 'GAR_NOT_FINITE'; position: number; coordinate: number; value: number }
  | { code: 'GAR_CHANGED' }
  | { code: 'GAR_NO_SIMD' }
  | TooFewVectors
  | { code: 'GAR_TOO_MANY_SUBSETS'; rule: string; n: number; f: number; subsets: number; limit: number }
  | { code: 'GAR_NOT_GIVEN'; rule: string; what: 'own' | 'valid' | 'random' }
  | { code: 'GAR_BAD_GIVEN'; what: 'own' | 'idx' | 'start' | 'valid'; fits: string }
  | { code: 'GAR_BAD_RESULT'; length: number; expected: number }
  | { code: 'GAR_BAD_KEEP'; keep: number; n: number }
  | { code: 'GAR_UNKNOWN_RULE'; name: string; allowed: readonly string[] }
  | { code: 'GAR_WRONG_PLACE'; stage: string; kind: 'rule' | 'pre-aggregator' | 'holes' }
  | { code: 'GAR_UNKNOWN_PARAMETER'; rule: string; parameter: string; allowed: readonly string[] }
  | { code: 'GAR_REPEATED_PARAMETER'; rule: string; parameter: string }
  | { code: 'GAR_BAD_VALUE'; rule: string; parameter: string; value: string; allowed: string }

interface TooFewVectors {
  code: 'GAR_TOO_FEW_VECTORS'
  rule: string
  n: number
  f: number
  /** The rule's bound as text: `n >= 2f+3`. */
  bound: string
  /** The least n that would do for this f; absent where none would. */
  smallestN?: number
  /** The greatest f that this n would do for; absent where not even 0 is. */
  largestF?: number
}

const misplaced = {
  rule: () => 'is a rule and gives one vector: only pre-aggregators may come before another stage',
  'pre-aggregator': (stage: string) =>
    `is a pre-aggregator and gives many vectors: end with a rule, as in ${stage}>trmean`,
  holes: () => 'is for vectors with holes, which no pre-aggregator can see: let nothing come before it',
}

const neededThings = {
  own: 'to know which vector is the caller\'s own: give "own", its position, and put nothing before the rule that mixes it into groups',
  valid: 'to know which coordinates are there: give "valid", one bitmap a vector',
  random: 'chance to draw directions from: give a seed, and put nothing before the rule',
}

export const garSentences: Sentences<GarProblem> = {
  GAR_BAD_F: ({ f }) => `f is how many vectors may be arbitrary: give a whole number from 0 up, not ${f}`,
  GAR_NO_VECTORS: () => 'there is nothing to aggregate: give at least one vector',
  GAR_EMPTY_VECTORS: () => 'the vectors have no coordinates: give vectors of length 1 or more',
  GAR_WRONG_ARRAY: ({ position }) =>
    `vector ${position} is no Float32Array: give Float32Array.from(...) of its numbers`,
  GAR_UNEQUAL_LENGTHS: ({ position, length, expected }) =>
    `vector ${position} has ${length} coordinates and vector 0 has ${expected}: give vectors of one length`,
  GAR_NOT_FINITE: ({ position, coordinate, value }) =>
    `vector ${position} is ${value} at coordinate ${coordinate}: leave out vectors that are not finite and keep f`,
  GAR_CHANGED: () =>
    'a vector was written to while it was aggregated: give vectors that nobody writes to meanwhile',
  GAR_NO_SIMD: () =>
    'the SIMD kernels were not built, or this engine has no WebAssembly SIMD: run `npm run build`, or use the reference kernels',
  GAR_TOO_FEW_VECTORS: (problem) =>
    `${problem.rule} needs ${problem.bound}, and here n = ${problem.n}, f = ${problem.f}: ${remedy(problem)}`,
  GAR_TOO_MANY_SUBSETS: ({ rule, n, f, subsets, limit }) =>
    `${rule} searches all ${subsets} subsets of ${n - f} among ${n} vectors, and the most it takes on are ${limit}: give fewer vectors, declare a smaller f, or use mda`,
  GAR_NOT_GIVEN: ({ rule, what }) => `${rule} needs ${neededThings[what]}`,
  GAR_BAD_GIVEN: ({ what, fits }) => `what was given as "${what}" does not fit the vectors: give ${fits}`,
  GAR_BAD_RESULT: ({ length, expected }) =>
    `the result cannot go to a vector of ${length} coordinates: give one of ${expected} that is not among the inputs`,
  GAR_BAD_KEEP: ({ keep, n }) =>
    `no radius holds ${keep} of ${n} vectors: keep a whole number from 1 to ${n}`,
  GAR_UNKNOWN_RULE: ({ name, allowed }) =>
    `there is no rule "${printable(name, 40)}": use ${allowed.join(', ')}, as in nnm>trmean`,
  GAR_WRONG_PLACE: ({ stage, kind }) => `${stage} ${misplaced[kind](stage)}`,
  GAR_UNKNOWN_PARAMETER: ({ rule, parameter, allowed }) =>
    `${rule} has no parameter "${printable(parameter, 40)}": ${allowed.length === 0 ? 'it takes none' : `use ${allowed.join(', ')}`}`,
  GAR_REPEATED_PARAMETER: ({ rule, parameter }) => `${rule} is given ${parameter} twice: give it once`,
  GAR_BAD_VALUE: ({ rule, parameter, value, allowed }) =>
    `${rule}:${parameter} cannot be "${printable(value, 40)}": use ${allowed}`,
}

export const garError = errorsOf(garSentences)

function remedy({ smallestN, largestF }: TooFewVectors): string {
  const ways = []
  if (smallestN !== undefined) ways.push(`give at least ${smallestN} vectors`)
  if (largestF !== undefined) ways.push(`declare f = ${largestF}${largestF > 0 ? ' or less' : ''}`)
  return ways.join(', or ')
}
