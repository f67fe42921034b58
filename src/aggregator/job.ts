/** What threads are told to do: one pass over a window of coordinates that lie in shared memory. Plain data. */
import type { Combination, Mix, Reduction } from '../gar/gar.ts'
import { type Kernels, type Rows, stripeLength } from '../gar/kernels/kernels.ts'
import type { SharedMemory } from '../util/webassembly.ts'

/** Threads take combinations in runs of this many stripes at most, so that none waits long for the last one. */
const maxStripesAtOnce = 16

/** What a thread is started with. Plain data, but for the memory, which threads share. */
export interface ThreadSetup {
  readonly memory: SharedMemory
  readonly kernels: Kernels['name']
}

export type Task =
  | { readonly kind: 'reduce'; readonly reduction: Reduction; readonly size: number }
  | { readonly kind: 'combine'; readonly combination: Combination }

/** All addresses are in bytes. */
export interface Job {
  readonly id: number
  readonly task: Task
  readonly mixes: readonly Mix[]
  /** True where all values are known to be finite. */
  readonly checked: boolean
  /** Where each row's part of the window begins. */
  readonly rows: readonly number[]
  /** The same of the bitmaps of what is there, for rules that look at them. */
  readonly valid: readonly number[] | undefined
  /** Coordinates in the window. */
  readonly length: number
  /** Where the result's part of the window begins (combine), or the sums (reduce): [stripes][size] float64. */
  readonly target: number
  /** A 32-bit counter, 0 at the start: the first stripe that no thread has taken yet. */
  readonly counter: number
  /** How many threads do this job together. */
  readonly threads: number
}

/** A thread has no more to do for a job. */
export interface Reply {
  readonly id: number
  /** False where the thread saw a value that is not finite. */
  readonly finite: boolean
}

/** This thread's part of `job`: takes stripes until none is left. False where it saw a value that is not finite. */
export function perform(job: Job, memory: SharedMemory, kernels: Kernels): boolean {
  const stripes = stripesOf(job.length)
  const atOnce = stripesAtOnce(job, stripes)
  const counter = new Int32Array(memory.buffer, job.counter, 1)
  for (;;) {
    const stripe = Atomics.add(counter, 0, atOnce)
    if (stripe >= stripes) return true
    // The memory may have grown meanwhile, and kernels know vectors in it by its buffer.
    if (!work(job, memory.buffer, kernels, stripe, Math.min(stripe + atOnce, stripes))) return false
  }
}

export function stripesOf(length: number): number {
  return Math.ceil(length / stripeLength)
}

/** Sums are of one stripe each; combinations cost less in longer runs. */
function stripesAtOnce({ task, threads }: Job, stripes: number): number {
  if (task.kind === 'reduce') return 1
  return Math.min(maxStripesAtOnce, Math.max(1, Math.floor(stripes / (4 * threads))))
}

/** The stripes first..end-1. */
function work(job: Job, buffer: SharedArrayBuffer, kernels: Kernels, first: number, end: number): boolean {
  const { task, length, target } = job
  const rows = rowsOf(job, buffer)
  const from = first * stripeLength
  const to = Math.min(end * stripeLength, length)
  if (task.kind === 'combine')
    return kernels.combine(task.combination, rows, from, to, new Float32Array(buffer, target, length))
  const sums = sumsOf(buffer, target, task.size, first).fill(0)
  return kernels.reduce(task.reduction, rows, from, to, sums)
}

/** Where the sums of one stripe lie. */
export function sumsOf(
  buffer: SharedArrayBuffer,
  target: number,
  size: number,
  stripe: number,
): Float64Array {
  return new Float64Array(buffer, target + stripe * size * Float64Array.BYTES_PER_ELEMENT, size)
}

function rowsOf({ rows, valid, mixes, checked, length }: Job, buffer: SharedArrayBuffer): Rows {
  return {
    vectors: rows.map((address) => new Float32Array(buffer, address, length)),
    mixes,
    checked,
    ...(valid === undefined
      ? {}
      : { valid: valid.map((address) => new Uint8Array(buffer, address, Math.ceil(length / 8))) }),
  }
}
