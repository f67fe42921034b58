/** `medoid aggregate`: one vector of many, by any rule of the table. */
import { createAggregator } from '../aggregator/aggregator.ts'
import { encodeNpy } from '../data/npy.ts'
import { type AggregateOptions, givenOf, pipelineOf, withParameters } from '../gar/aggregate.ts'
import { type Explanation, explain } from '../gar/explain.ts'
import { defaultKernels, kernelsNamed } from '../gar/kernels/default-kernels.ts'
import type { Kernels } from '../gar/kernels/kernels.ts'
import { writeWhole } from '../util/write-file.ts'
import { commandError } from './errors.ts'
import { explainTable } from './explain-table.ts'
import { fileInput, type GivenVectors, type Input, readVector, readVectors } from './vector-input.ts'

export interface AggregateFlags {
  readonly rule: string
  readonly f: number
  /** `name=value`, of the last stage. */
  readonly param: readonly string[]
  /** Position, or id, of the vector that is the caller's own. */
  readonly own?: string
  /** A file with the starting point. */
  readonly start?: string
  readonly seed?: number
  readonly threads: number
  readonly kernels?: Kernels['name']
  readonly explain: boolean
  /** Where to write the result, as .npy. */
  readonly out?: string
  readonly json: boolean
}

export interface AggregateContext {
  readonly stdin: AsyncIterable<Uint8Array>
  readonly print: (line: string) => void
}

/**
 * @throws COMMAND_BAD_OPTION, COMMAND_CONFLICT, COMMAND_NOT_WRITTEN, and what `readVectors` and `aggregate` throw;
 * AGGREGATOR_BAD_THREADS, GAR_NO_SIMD
 */
export async function aggregateVectors(
  path: string | undefined,
  flags: AggregateFlags,
  { stdin, print }: AggregateContext,
): Promise<void> {
  if (flags.explain && (flags.threads > 1 || flags.kernels !== undefined))
    throw commandError({ code: 'COMMAND_CONFLICT', options: '--explain and --threads or --kernels' })
  const input: Input =
    path === undefined || path === '-' ? { name: 'standard input', chunks: stdin } : fileInput(path)
  const given = await readVectors(input)
  const options = await optionsOf(flags, given)
  const explanation = flags.explain ? explain(given.vectors, options) : undefined
  const result = explanation?.result ?? (await combined(given.vectors, options, flags))
  if (flags.out !== undefined) await write(flags.out, result)
  const answer = { flags, given, options, result, explanation }
  for (const line of flags.json ? [asJson(answer)] : asText(answer)) print(line)
}

async function optionsOf(flags: AggregateFlags, given: GivenVectors): Promise<AggregateOptions> {
  const { f, seed } = flags
  const options = {
    rule: ruleOf(flags),
    f,
    seed,
    own: flags.own === undefined ? undefined : positionOf(flags.own, given),
    start: flags.start === undefined ? undefined : await readVector(fileInput(flags.start)),
  }
  // What was typed is checked when the rule is read.
  return options as AggregateOptions
}

/** What is written twice is refused when the rule is read, as it is in the rule's text. */
function ruleOf({ rule, param }: AggregateFlags): string {
  const misspelled = param.find((pair) => !/^[^=\s,:>]+=[^,>]+$/.test(pair))
  if (misspelled !== undefined)
    throw commandError({
      code: 'COMMAND_BAD_OPTION',
      option: '--param',
      value: misspelled,
      allowed: 'name=value',
    })
  return withParameters(rule, param)
}

/** The rule itself checks that there is a vector at the position. */
function positionOf(own: string, { ids }: GivenVectors): number {
  const position = ids === undefined ? Number(/^\d{1,9}$/.test(own) ? own : Number.NaN) : ids.indexOf(own)
  if (position >= 0) return position
  const allowed = ids === undefined ? 'a position, counted from 0' : 'one of the ids of the input'
  throw commandError({ code: 'COMMAND_BAD_OPTION', option: '--own', value: own, allowed })
}

async function write(path: string, result: Float32Array): Promise<void> {
  try {
    await writeWhole(path, encodeNpy(result))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw commandError({ code: 'COMMAND_NOT_WRITTEN', file: path, reason }, { cause })
  }
}

async function combined(
  vectors: readonly Float32Array[],
  options: AggregateOptions,
  { threads, kernels }: AggregateFlags,
): Promise<Float32Array> {
  if (threads === 1) {
    const chosen = kernels === undefined ? defaultKernels() : kernelsNamed(kernels)
    return pipelineOf(options).using(chosen)(vectors, options.f, givenOf(options))
  }
  const aggregator = createAggregator({ threads, ...(kernels && { kernels }) })
  try {
    return await aggregator.aggregate(vectors, options)
  } finally {
    await aggregator.close()
  }
}

interface Answer {
  readonly flags: AggregateFlags
  readonly given: GivenVectors
  readonly options: AggregateOptions
  readonly result: Float32Array
  readonly explanation: Explanation | undefined
}

/** Numbers are written out as float64: read back and rounded to float32 they are the same to the bit. */
function asText({ flags, given, result, explanation }: Answer): string[] {
  const { vectors, ids } = given
  return [
    ...(explanation ? [...explainTable({ explanation, n: vectors.length, f: flags.f, ids }), ''] : []),
    ...(flags.out === undefined ? [JSON.stringify([...result])] : [`wrote ${flags.out}`]),
  ]
}

function asJson({ flags, given, options, result, explanation }: Answer): string {
  const { vectors, ids } = given
  return JSON.stringify({
    rule: pipelineOf(options).text,
    n: vectors.length,
    d: result.length,
    f: flags.f,
    ...(ids && { ids }),
    ...(flags.out === undefined ? { result: [...result] } : { out: flags.out }),
    ...(explanation && { explanation: plain(explanation) }),
  })
}

/** Typed arrays as arrays; the result stands beside the explanation. */
function plain({ result: _, weights, scores, measured, ...rest }: Explanation) {
  return {
    ...rest,
    ...(weights && { weights: [...weights] }),
    ...(scores && { scores: [...scores] }),
    measured: measured.map((one) => ({ ...one, distances: [...one.distances] })),
  }
}
