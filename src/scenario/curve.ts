/**
 * Measures the honest members that keep the result as they learn: each at the end of its own step, all of them together once the last is there.
 */
import { diameter } from '../gar/spread.ts'
import type { ArmLearners, Score } from './arm-learners.ts'
import type { CurvePoint, Measurement } from './result.ts'

export interface CurveOptions {
  readonly swarm: Pick<ArmLearners, 'learners' | 'measure'>
  /** Positions of the honest members that keep the result and are there for every step. */
  readonly honest: readonly number[]
  /** Measure after every so many steps; 0 for never. */
  readonly everySteps: number
  /** Test samples, and how many of the honest members are measured on them. */
  readonly samples: number
  readonly members: number
  /** No step is measured from this one on: after the last all of them are. */
  readonly steps: number
  /** Told when the first honest member is done with a step, but the last. */
  readonly onStep?: ((step: number) => void) | undefined
}

interface Visit {
  readonly models: Float32Array[]
  readonly scores: Score[]
}

export class Curve {
  readonly #options: CurveOptions
  readonly #measured: ReadonlySet<number>
  readonly #visits = new Map<number, Visit>()
  readonly points: CurvePoint[] = []

  constructor(options: CurveOptions) {
    this.#options = options
    this.#measured = new Set(options.honest.slice(0, options.members))
  }

  /** The member at a position is done with a step; undefined where nothing is to be measured, and nobody need wait. */
  visit(position: number, step: number): Promise<void> | undefined {
    const { honest, everySteps, steps, onStep } = this.#options
    if (step >= steps || !honest.includes(position)) return undefined
    if (position === honest[0]) onStep?.(step)
    return everySteps === 0 || step % everySteps !== 0 ? undefined : this.#measure(position, step)
  }

  /** The members at `positions` as they are now, on all test samples. */
  async final(positions = this.#options.honest): Promise<Measurement> {
    const { swarm } = this.#options
    const scores: Score[] = []
    const models: Float32Array[] = []
    for (const position of positions) {
      const model = (await swarm.learners[position]?.parameters()) ?? new Float32Array()
      // Members that heard the same have the same model, which scores the same.
      const alike = scores[models.findIndex((other) => areEqual(other, model))]
      scores.push(alike ?? (await swarm.measure(position)))
      models.push(model)
    }
    return summary(scores, models)
  }

  async #measure(position: number, step: number): Promise<void> {
    const { swarm, honest, samples } = this.#options
    const learner = swarm.learners[position]
    if (learner === undefined) throw new RangeError(`there is no member ${position}`)
    const visit = this.#visits.get(step) ?? { models: [], scores: [] }
    this.#visits.set(step, visit)
    const model = await learner.parameters()
    if (this.#measured.has(position)) visit.scores.push(await swarm.measure(position, samples))
    visit.models.push(model)
    if (visit.models.length < honest.length) return
    this.#visits.delete(step)
    this.points.push({ step, ...summary(visit.scores, visit.models) })
  }
}

function areEqual(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k])
}

function summary(scores: readonly Score[], models: readonly Float32Array[]): Measurement {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const accuracies = scores.flatMap(({ accuracy }) => (accuracy === null ? [] : [accuracy]))
  const isScored = accuracies.length > 0
  const loss = mean(scores.map(({ loss }) => loss))
  return {
    loss: Number.isFinite(loss) ? loss : null,
    accuracy: isScored ? mean(accuracies) : null,
    leastAccuracy: isScored ? Math.min(...accuracies) : null,
    spread: diameter(models),
  }
}
