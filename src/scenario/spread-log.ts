/**
 * What no peer can see: how far the honest members are apart before and after each agreement. Of a step, vectors are kept
 * until all honest members have taken it, and then only the figures are: a long run of large models fits into memory.
 */

import { isSettled } from '../agreement/is-settled.ts'
import type { AgreementReport, StepReport } from '../agreement/protocol.ts'
import { boxDiagonal, diameter } from '../gar/spread.ts'
import type { PeerId, Step } from '../mesh/mesh.ts'
import { ContractionTally, type MeasuredContraction } from './contraction-tally.ts'

/** How far vectors are apart: the largest L2 distance, and the diagonal of their bounding box; NaN where it was not measured. */
export interface Spread {
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

/** `diameter` costs O(h^2 d) an agreement for h honest members, by fast kernels; `box` O(h d), by a plain loop. */
export type Measure = 'both' | 'diameter' | 'box' | 'nothing'

const phases = ['gradient', 'model'] as const

interface Taken {
  readonly self: PeerId
  readonly report: StepReport
}

export class SpreadLog {
  readonly #honest: number
  readonly #measure: Measure
  readonly #open = new Map<Step, Taken[]>()
  readonly #records: SpreadRecord[] = []
  readonly #tallies = { gradient: new ContractionTally(), model: new ContractionTally() }
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

  /**
   * What agreements made of the largest distance; null where it was not measured, or the phase has no agreement into which
   * several honest members bring vectors of their own.
   */
  contraction(phase: 'gradient' | 'model'): MeasuredContraction | null {
    return this.#tallies[phase].total()
  }

  /** @param self whose report it is */
  take(report: StepReport, self: PeerId): void {
    for (const agreement of [report.gradient, report.model]) {
      this.#unprovenRounds += agreement?.unprovenRounds ?? 0
      this.#fallbackRounds += agreement?.fallbackRounds ?? 0
    }
    if (this.#measure === 'nothing') return
    const taken = this.#open.get(report.step) ?? []
    this.#open.set(report.step, taken)
    taken.push({ self, report })
    if (taken.length < this.#honest) return
    this.#open.delete(report.step)
    for (const phase of phases) this.#record(report.step, phase, taken)
  }

  #record(step: Step, phase: 'gradient' | 'model', taken: readonly Taken[]): void {
    const agreements = taken.map(({ report }) => report[phase]).filter((one) => one !== undefined)
    if (agreements.length === 0) return
    const before = this.#spread(agreements.map((agreement) => agreement.before))
    const after = this.#spread(agreements.map((agreement) => agreement.after))
    this.#records.push({ step, phase, before, after })
    const [first] = agreements
    const isTogether = taken.length > 1 && taken.every(({ self, report }) => bringsOwn(self, report[phase]))
    if (first !== undefined && isTogether && this.#measure !== 'box')
      this.#tallies[phase].add(before.diameter, after.diameter, isSettled(before.diameter, first.before))
  }

  #spread(vectors: readonly Float32Array[]): Spread {
    // Honest members often hear the same, and to see that is cheaper than to measure it.
    if (areEqual(vectors)) return { diameter: 0, boxDiagonal: 0 }
    return {
      diameter: this.#measure === 'box' ? Number.NaN : diameter(vectors),
      boxDiagonal: this.#measure === 'diameter' ? Number.NaN : boxDiagonal(vectors),
    }
  }
}

/** A server that gathers what others computed has no vector of its own in it, and nothing of its own comes nearer to anything. */
function bringsOwn(self: PeerId, agreement: AgreementReport | undefined): boolean {
  return agreement !== undefined && agreement.rounds > 0 && agreement.heard.includes(self)
}

/** To the bit. */
function areEqual([first, ...others]: readonly Float32Array[]): boolean {
  if (first === undefined) return true
  const bytes = bytesOf(first)
  return others.every((other) => other === first || bytes.equals(bytesOf(other)))
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
