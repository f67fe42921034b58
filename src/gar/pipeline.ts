/**
 * Rules as people write them:
 *
 *     pipeline  = { stage ">" } stage          pre-aggregators, then one rule: nnm>trmean
 *     stage     = name [ ":" parameter { "," parameter } ]
 *     parameter = name "=" value               krum:neighbors=n-f-1,distance=euclidean
 */
import { type Bound, both, formatBound, minimumOf } from './bound.ts'
import { garError } from './errors.ts'
import type { Circumstances, Gar, Given } from './gar.ts'
import { checkGiven, checkHoles, circumstancesOf } from './given.ts'
import { checkFloat32, checkInput, checkResult, type Sized } from './input.ts'
import type { Kernels } from './kernels/kernels.ts'
import { type Plan, planOf } from './plan.ts'
import type { MadeMixer, MadeRule, RuleRow } from './rule-row.ts'
import { type Inputs, mixed, run } from './run.ts'
import { type ParsedStage, parseStage } from './stage.ts'

/** A rule as written, ready to run. */
export interface Pipeline {
  /** Canonical, so equal pipelines have equal texts: parameters in the table's order, none at its default. */
  readonly text: string
  readonly stages: readonly Stage[]
  /** What n and f must satisfy: `n >= 2f+3`. */
  readonly bound: string
  /** What it takes besides vectors: a starting point if there is one; bitmaps of the holes, without which it cannot run. */
  readonly takes: 'start' | 'holes' | undefined
  /** The least n that the pipeline accepts for f; Infinity where it accepts none. */
  minimum(f: number): number
  /** @throws GAR_BAD_F, GAR_TOO_FEW_VECTORS, GAR_TOO_MANY_SUBSETS, GAR_NO_VECTORS, GAR_EMPTY_VECTORS, GAR_UNEQUAL_LENGTHS */
  check(vectors: readonly Sized[], f: number): void
  /** What is to be computed, for whoever visits the coordinates. */
  plan(circumstances: Circumstances): Plan
  /**
   * Checks everything that can be checked without visiting coordinates; the plan, and what it is to be run on: `given`
   * without what the rule does not take.
   *
   * @throws what `check` throws, and GAR_WRONG_ARRAY, GAR_NOT_GIVEN, GAR_BAD_GIVEN
   */
  prepare(vectors: readonly Float32Array[], f: number, given?: Given): Prepared
  /**
   * The same for vectors that are not in memory: of them only the sizes are known. Rules that take holes are refused.
   *
   * @throws what `check` throws, and GAR_NOT_GIVEN, GAR_BAD_GIVEN
   */
  prepareUnseen(
    sizes: readonly Sized[],
    f: number,
    given?: Pick<Given, 'own' | 'start'>,
  ): { readonly plan: Plan; readonly start: Float32Array | undefined }
  /**
   * [n][d] to [d], at once and on this thread, with the default kernels. Never writes to its input.
   *
   * @throws what `prepare` throws, and GAR_NOT_FINITE
   */
  readonly aggregate: Gar
  /** The same with other kernels: the same bits. */
  using(kernels: Kernels): Gar
}

export interface Stage {
  readonly name: string
  readonly text: string
  readonly kind: RuleRow['kind']
}

export interface Prepared {
  readonly plan: Plan
  readonly inputs: Omit<Inputs, 'kernels'>
}

/**
 * Reads `nnm>trmean`, `multikrum:m=n-f`. Spaces around names and values are ignored.
 *
 * @throws GAR_UNKNOWN_RULE, GAR_WRONG_PLACE, GAR_UNKNOWN_PARAMETER, GAR_REPEATED_PARAMETER, GAR_BAD_VALUE
 */
export function parseRule(text: string): Pipeline {
  return joined(text.split('>').map(parseStage))
}

/** The pipeline of stages that have been read: at least one, the rule last. Throws GAR_WRONG_PLACE. */
export function joined(stages: readonly ParsedStage[]): Pipeline {
  return new StagedPipeline(stages)
}

/** Its functions are properties, so that they can be handed around without it. */
class StagedPipeline implements Pipeline {
  readonly text: string
  readonly stages: readonly Stage[]
  readonly bound: string
  readonly takes: Pipeline['takes']
  readonly #mixers: readonly MadeMixer[]
  readonly #rule: MadeRule
  readonly #bound: Bound

  constructor(stages: readonly ParsedStage[]) {
    const last = stages.at(-1) as ParsedStage
    this.#mixers = stages.slice(0, -1).map(asPreAggregator)
    this.#rule = asRule(last)
    this.#bound = boundOf(this.#mixers, this.#rule)
    this.text = stages.map(({ text }) => text).join('>')
    this.stages = stages.map(({ name, text, row }) => ({ name, text, kind: row.kind }))
    this.bound = formatBound(this.#bound)
    this.takes = this.#rule.takes
    if (this.takes === 'holes' && this.#mixers.length > 0)
      throw garError({ code: 'GAR_WRONG_PLACE', stage: last.name, kind: 'holes' })
  }

  readonly minimum: Pipeline['minimum'] = (f) => minimumOf(this.#bound, f)

  readonly check: Pipeline['check'] = (vectors, f) => {
    checkInput(vectors, f, this.text, this.#bound)
    const rows = this.#mixers.reduce((n, mixer) => mixer.rowsOf?.(n) ?? n, vectors.length)
    this.#rule.check?.(rows, f)
  }

  readonly plan: Pipeline['plan'] = (circumstances) =>
    planOf(
      this.#mixers.map((mixer) => mixer.run),
      this.#rule.run,
      circumstances,
    )

  readonly prepare: Pipeline['prepare'] = (vectors, f, given = {}) => {
    checkFloat32(vectors)
    const taken = this.#take(vectors, f, given)
    const { start, valid } = taken
    if (valid !== undefined) checkHoles(vectors, valid)
    return { plan: this.plan(circumstancesOf(vectors, f, taken)), inputs: { vectors, start, valid } }
  }

  readonly prepareUnseen: Pipeline['prepareUnseen'] = (sizes, f, given = {}) => {
    const { own, start } = this.#take(sizes, f, given)
    return { plan: this.plan({ n: sizes.length, f, own, hasStart: start !== undefined }), start }
  }

  readonly using = (kernels?: Kernels): Gar => {
    return (vectors, f, given, into) => {
      const { plan, inputs } = this.prepare(vectors, f, given)
      if (into !== undefined) checkResult(vectors, into)
      return run(plan, { ...inputs, kernels, into })
    }
  }

  readonly aggregate: Gar = this.using()

  /** Checks sizes; what the rule takes of `given`. */
  #take(vectors: readonly Sized[], f: number, { start, valid, ...rest }: Given): Given {
    this.check(vectors, f)
    const taken = {
      ...rest,
      ...(this.takes === 'start' && start !== undefined ? { start } : {}),
      ...(this.takes === 'holes' && valid !== undefined ? { valid } : {}),
    }
    checkGiven(vectors, taken, { rule: this.text, takesHoles: this.takes === 'holes' })
    return taken
  }
}

/** What comes before a rule, by itself: [n][d] to [m][d]. */
export type Mixer = (vectors: readonly Float32Array[], f: number, given?: Given) => Float32Array[]

/**
 * Reads one pre-aggregator, `nnm` or `bucketing:s=2`, to be used without a rule, with the default kernels or others.
 *
 * @throws what `parseRule` throws
 */
export function parseMixer(text: string, kernels?: Kernels): Mixer {
  const stage = parseStage(text)
  const { bound, run: mixer } = asPreAggregator(stage)
  return (vectors, f, given = {}) => {
    checkInput(vectors, f, stage.text, bound)
    checkGiven(vectors, given, { rule: stage.text, takesHoles: false })
    return mixed(mixer(circumstancesOf(vectors, f, given)), { vectors, kernels })
  }
}

/** What each stage needs of its own rows, said of the vectors that the first one gets. */
function boundOf(mixers: readonly MadeMixer[], rule: MadeRule) {
  return mixers.reduceRight(
    (behind, mixer) => both(mixer.bound, mixer.boundBehind?.(behind) ?? behind),
    rule.bound,
  )
}

function asPreAggregator({ name, row, values }: ParsedStage): MadeMixer {
  if (row.kind === 'rule') throw garError({ code: 'GAR_WRONG_PLACE', stage: name, kind: row.kind })
  return row.make(values)
}

function asRule({ name, row, values }: ParsedStage): MadeRule {
  if (row.kind === 'pre-aggregator') throw garError({ code: 'GAR_WRONG_PLACE', stage: name, kind: row.kind })
  return row.make(values)
}
