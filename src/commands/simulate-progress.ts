/** The progress of a sweep: how many runs have ended, what the others do, and how long it will take. */
import type { Run } from '../scenario/runs.ts'
import type { RunEnding } from './run-pool.ts'
import type { Screen } from './screen.ts'

export class SimulateProgress {
  readonly #screen: Screen
  readonly #runs: readonly Run[]
  readonly #waiting: readonly Run[]
  readonly #now: () => number
  readonly #began: number
  /** Runs under way: the step that they are at, and when they began. */
  readonly #current = new Map<Run, { step: number; readonly began: number }>()
  readonly #seconds = new Map<Run, number>()

  /** @param waiting those of `runs` that did not run before */
  constructor(screen: Screen, runs: readonly Run[], waiting: readonly Run[], now = () => performance.now()) {
    this.#screen = screen
    this.#runs = runs
    this.#waiting = waiting
    this.#now = now
    this.#began = now()
  }

  started(run: Run): void {
    this.#current.set(run, { step: 0, began: this.#now() })
    this.#show()
  }

  step(run: Run, step: number): void {
    const current = this.#current.get(run)
    if (current !== undefined) current.step = step
    this.#show()
  }

  ended(run: Run, ending: RunEnding): void {
    const now = this.#now()
    this.#seconds.set(run, (now - (this.#current.get(run)?.began ?? now)) / 1000)
    this.#current.delete(run)
    if ('failure' in ending) this.#screen.print(`${nameOf(run)}: failed: ${ending.failure}`)
    else if (!this.#screen.isLive)
      this.#screen.print(`${this.#line()} | ${nameOf(run)}: ${ending.result.outcome}`)
    this.#show()
  }

  /** How long a run that has ended took. */
  secondsOf(run: Run): number {
    return this.#seconds.get(run) ?? 0
  }

  settle(): void {
    this.#screen.show([])
    this.#screen.settle()
  }

  #show(): void {
    const current = [...this.#current].map(
      ([run, { step }]) => `  ${nameOf(run)}: step ${step}/${run.settings.training.steps}`,
    )
    this.#screen.show([this.#line(), ...current])
  }

  #line(): string {
    const ended = this.#runs.length - this.#waiting.length + this.#seconds.size
    return [`${ended} of ${this.#runs.length} runs`, ...this.#timeLeft()].join(' | ')
  }

  /** As if all steps took alike. Nothing before a fiftieth is done. */
  #timeLeft(): string[] {
    const steps = (runs: Iterable<Run>) =>
      [...runs].reduce((sum, { settings }) => sum + settings.training.steps * settings.n, 0)
    const under = [...this.#current].reduce((sum, [{ settings }, { step }]) => sum + step * settings.n, 0)
    const share = (steps(this.#seconds.keys()) + under) / steps(this.#waiting)
    if (share < 0.02 || share >= 1) return []
    return [`${formatDuration(((this.#now() - this.#began) / 1000) * (1 / share - 1))} left`]
  }
}

/** `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

function nameOf({ arm, seed }: Run): string {
  return `${arm.label}, seed ${seed}`
}
