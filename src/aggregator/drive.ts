/** Runs a plan on a pool of threads: the bits are those of `gar/run.ts`, whoever visited which stripe. */
import { notFiniteAmong } from '../gar/input.ts'
import { stripeLength } from '../gar/kernels/kernels.ts'
import type { Prepared } from '../gar/pipeline.ts'
import { completed, type FinishPass, type ReductionPass, sizeOf } from '../gar/plan.ts'
import type { Arena } from './arena.ts'
import { stripesOf, sumsOf, type Task } from './job.ts'
import { type Row, Staging, type Window } from './staging.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What is copied at a time: still in the cache when the threads read it, and soon done on the calling thread. */
const copiedWindowBytes = 2 ** 23
/** What is visited at a time where nothing is copied: each window costs some messages, and its end some waiting. */
const visitedWindowBytes = 2 ** 25
/** What the sums of all stripes of a window may take. */
const maxSumsBytes = 2 ** 24
/** Stripes for each thread in a window: with fewer, threads that are done wait for those that are not. */
const minStripesPerThread = 4

export interface DriveOptions extends Prepared {
  readonly arena: Arena
  readonly pool: WorkerPool
  /** A vector in the arena for the result; an ordinary array where absent. */
  readonly into?: Float32Array | undefined
  /** Of all vectors together, in one window. @default 8 MiB where vectors have to be copied, else 32 MiB */
  readonly windowBytes?: number
}

/**
 * [n][d] to [d]. Vectors in the arena must stay allocated until it is over.
 *
 * @throws GAR_NOT_FINITE, AGGREGATOR_MEMORY_FULL, AGGREGATOR_WORKER_DIED, AGGREGATOR_CLOSED
 */
export async function drive({ plan, ...options }: DriveOptions): Promise<Float32Array> {
  let pass = plan.next()
  const passes = new Passes(options, { keep: pass.done !== true })
  try {
    while (pass.done !== true) pass = plan.next(await passes.reduce(pass.value))
    return await passes.combine(pass.value)
  } finally {
    passes.release()
  }
}

interface Visit {
  readonly task: Task
  readonly pass: ReductionPass | FinishPass
  readonly windowLength: number
  /** Where the job of each slot writes. */
  readonly targetOf: (window: Window) => number
  /** Takes what the job of a window has written; windows come in order. */
  readonly take: (window: Window) => void
}

class Passes {
  readonly #options: Omit<DriveOptions, 'plan'>
  readonly #staging: Staging
  readonly #d: number
  readonly #windowLength: number
  readonly #rows: readonly Row[]
  readonly #start: Row | undefined
  readonly #valid: readonly Row[] | undefined
  readonly #counters: readonly [number, number]
  #checked = false

  constructor(options: Omit<DriveOptions, 'plan'>, { keep }: { readonly keep: boolean }) {
    const { arena, pool, inputs } = options
    const { vectors, start, valid } = inputs
    const copies = vectors.some((vector) => !arena.contains(vector))
    const { windowBytes = copies ? copiedWindowBytes : visitedWindowBytes } = options
    this.#options = options
    this.#d = vectors[0]?.length ?? 0
    const stripes = Math.floor(windowBytes / (vectors.length * stripeLength * Float32Array.BYTES_PER_ELEMENT))
    this.#windowLength = stripeLength * Math.max(stripes, pool.threads * minStripesPerThread)
    this.#staging = new Staging(arena, { windowLength: this.#windowLength, keep })
    try {
      this.#rows = vectors.map((vector) => this.#staging.rowOf(vector))
      this.#start = start && this.#staging.rowOf(start)
      this.#valid = valid?.map((bitmap) => this.#staging.bitmapOf(bitmap))
      this.#counters = this.#twice(Int32Array.BYTES_PER_ELEMENT)
    } catch (error) {
      this.release()
      throw error
    }
  }

  async reduce(pass: ReductionPass): Promise<Float64Array> {
    const { arena, pool } = this.#options
    const size = sizeOf(pass)
    const stripeBytes = size * Float64Array.BYTES_PER_ELEMENT
    const stripes = Math.max(pool.threads, Math.floor(maxSumsBytes / stripeBytes))
    const windowLength = Math.min(this.#windowLength, stripes * stripeLength)
    const slots = this.#twice(stripesOf(Math.min(windowLength, this.#d)) * stripeBytes)
    const total = new Float64Array(size)
    await this.#visit({
      task: { kind: 'reduce', reduction: pass.reduction, size },
      pass,
      windowLength,
      targetOf: ({ slot }) => slots[slot],
      take: ({ from, to, slot }) => {
        for (let stripe = 0; stripe < stripesOf(to - from); stripe++) {
          const sums = sumsOf(arena.memory.buffer, slots[slot], size, stripe)
          for (let i = 0; i < size; i++) total[i] = (total[i] as number) + (sums[i] as number)
        }
      },
    })
    this.#checked = true
    return completed(pass, total)
  }

  async combine(pass: FinishPass): Promise<Float32Array> {
    const { into } = this.#options
    const task: Task = { kind: 'combine', combination: pass.combination }
    const visit = { task, pass, windowLength: this.#windowLength }
    if (into !== undefined) {
      const targetOf = ({ from }: Window) => into.byteOffset + from * Float32Array.BYTES_PER_ELEMENT
      await this.#visit({ ...visit, targetOf, take: () => {} })
      return into
    }
    const { arena } = this.#options
    const result = new Float32Array(this.#d)
    const slots = this.#twice(Math.min(this.#windowLength, this.#d) * Float32Array.BYTES_PER_ELEMENT)
    await this.#visit({
      ...visit,
      targetOf: ({ slot }) => slots[slot],
      take: ({ from, to, slot }) => result.set(arena.floats(slots[slot], to - from), from),
    })
    return result
  }

  release(): void {
    this.#staging.release()
  }

  /** Has the threads visit all coordinates. Ends, also where it fails, only when no thread is at work any more. */
  async #visit({ task, pass, windowLength, targetOf, take }: Visit): Promise<void> {
    const { pool, inputs } = this.#options
    const rows = pass.withStart && this.#start !== undefined ? [...this.#rows, this.#start] : this.#rows
    const order = (window: Window) => ({
      task,
      mixes: pass.mixes,
      checked: this.#checked,
      rows: rows.map((row) => row.placeOf(window)),
      valid: this.#valid?.map((row) => row.placeOf(window)),
      length: window.to - window.from,
      target: targetOf(window),
      counter: this.#resetCounter(window),
    })
    const visited = async (window: Window) => {
      if (!(await pool.run(order(window)))) throw notFiniteAmong(inputs.vectors)
      take(window)
    }
    const running: Promise<void>[] = []
    try {
      for (const window of windowsOf(this.#d, windowLength)) {
        const current = visited(window)
        // It may fail before the one before it is waited for; it is waited for in any case.
        current.catch(() => {})
        running.push(current)
        if (running.length === 2) await running.shift()
      }
      await running.shift()
    } finally {
      await Promise.allSettled(running)
    }
  }

  /** One piece of memory for each of the two windows that are under way. */
  #twice(bytes: number): readonly [number, number] {
    return [this.#staging.allocate(bytes), this.#staging.allocate(bytes)]
  }

  #resetCounter({ slot }: Window): number {
    const address = this.#counters[slot]
    Atomics.store(new Int32Array(this.#options.arena.memory.buffer, address, 1), 0, 0)
    return address
  }
}

function* windowsOf(d: number, length: number): Generator<Window> {
  let slot: Window['slot'] = 0
  for (let from = 0; from < d; from += length) {
    yield { from, to: Math.min(from + length, d), slot }
    slot = slot === 0 ? 1 : 0
  }
}
