/**
 * What no peer can see: how far the honest members are apart before and after each agreement. Of a step, vectors are kept
 * until all honest members have taken it, and then only the figures are: a long run of large models fits into memory.
 */
import type { AgreementReport, StepReport } from '../agreement/protocol.ts'
import { boxDiagonal, diameter } from '../gar/spread.ts'
import type { Step } from '../mesh/mesh.ts'

/** How far vectors are apart: the largest L2 distance, and the diagonal of their bounding box. */
export interface Spread {
  /** NaN where only the box was measured. */
  readonly diameter: number
  readonly boxDiagonal: number
}

/** One agreement of one step: the honest members' true spread. */
export interface SpreadRecord {
  readonly step: Step
  readonly phase: 'gradient' | 'model'
  readonly before: Spread
  readonly after: Spread
}

/** `diameter` costs O(h^2 d) an agreement for h honest members, `box` O(h d). */
export type Measure = 'diameter' | 'box' | 'nothing'

export class SpreadLog {
  readonly #honest: number
  readonly #measure: Measure
  readonly #open = new Map<Step, StepReport[]>()
  readonly #records: SpreadRecord[] = []
  #unprovenRounds = 0
  #fallbackRounds = 0

  constructor(honest: number, measure: Measure) {
    this.#honest = honest
    this.#measure = measure
  }

  /** In the order of the steps. */
  get records(): readonly SpreadRecord[] {
    return this.#records
  }

  get unprovenRounds(): number {
    return this.#unprovenRounds
  }

  get fallbackRounds(): number {
    return this.#fallbackRounds
  }

  take(report: StepReport): void {
    for (const agreement of [report.gradient, report.model]) {
      this.#unprovenRounds += agreement?.unprovenRounds ?? 0
      this.#fallbackRounds += agreement?.fallbackRounds ?? 0
    }
    if (this.#measure === 'nothing') return
    const reports = this.#open.get(report.step) ?? []
    this.#open.set(report.step, reports)
    reports.push(report)
    if (reports.length < this.#honest) return
    this.#open.delete(report.step)
    for (const phase of ['gradient', 'model'] as const) {
      const agreements = reports.map((one) => one[phase]).filter((agreement) => agreement !== undefined)
      if (agreements.length > 0)
        this.#records.push({ step: report.step, phase, ...this.#spreads(agreements) })
    }
  }

  #spreads(agreements: readonly AgreementReport[]): { before: Spread; after: Spread } {
    return {
      before: this.#spread(agreements.map(({ before }) => before)),
      after: this.#spread(agreements.map(({ after }) => after)),
    }
  }

  #spread(vectors: readonly Float32Array[]): Spread {
    return {
      diameter: this.#measure === 'diameter' ? diameter(vectors) : Number.NaN,
      boxDiagonal: boxDiagonal(vectors),
    }
  }
}
