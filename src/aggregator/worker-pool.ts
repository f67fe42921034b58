/** Threads that do jobs together, and what becomes of the jobs when one of them ends. */
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../util/asset.ts'
import { aggregatorError } from './errors.ts'
import type { Job, Reply, ThreadSetup } from './job.ts'

interface Pending {
  /** Threads that have not replied. */
  missing: number
  finite: boolean
  resolve(finite: boolean): void
  reject(error: Error): void
}

/** What a job is without what the pool itself knows. */
export type Order = Omit<Job, 'id' | 'threads'>

/**
 * All threads work on every job, and on jobs in the order in which they were given. A thread that ends by itself takes the
 * others with it, since its work is left half done: what is pending, and every later job, is rejected with
 * AGGREGATOR_WORKER_DIED. No job is rejected before all threads have stopped, so that none writes to memory that its
 * owner takes for free.
 */
export class WorkerPool {
  readonly #workers: readonly Worker[]
  readonly #pending = new Map<number, Pending>()
  #nextId = 0
  /** Why no job can be done any more. */
  #ended: Error | undefined
  /** Resolves when no thread is left. */
  #stopped: Promise<void> | undefined

  constructor(threads: number, setup: ThreadSetup) {
    this.#workers = Array.from({ length: threads }, () => this.#start(setup))
  }

  get threads(): number {
    return this.#workers.length
  }

  /** Resolves once the job is done: to whether all values that were looked at are finite. */
  async run(order: Order): Promise<boolean> {
    if (this.#ended) throw this.#ended
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    const id = this.#nextId++
    this.#pending.set(id, { missing: this.threads, finite: true, resolve, reject })
    for (const worker of this.#workers) {
      worker.ref()
      worker.postMessage({ ...order, id, threads: this.threads } satisfies Job)
    }
    return promise
  }

  /** Ends all threads; what is pending, and every later job, is rejected with AGGREGATOR_CLOSED. May be called again. */
  close(): Promise<void> {
    return this.#end(aggregatorError({ code: 'AGGREGATOR_CLOSED' }))
  }

  #start(setup: ThreadSetup): Worker {
    const worker = new Worker(siblingModule(import.meta.url, 'pool-worker'), { workerData: setup })
    worker.on('message', (reply: Reply) => this.#receive(reply))
    worker.on('error', (error) => this.#died(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (exitCode) => this.#died(`exit code ${exitCode}`))
    // Threads without work do not keep the process from ending.
    worker.unref()
    return worker
  }

  #receive({ id, finite }: Reply): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    pending.missing--
    pending.finite &&= finite
    if (pending.missing > 0) return
    this.#pending.delete(id)
    if (this.#pending.size === 0) for (const worker of this.#workers) worker.unref()
    pending.resolve(pending.finite)
  }

  #died(reason: string): void {
    // Terminating cannot fail, and whoever waits for a job is told.
    void this.#end(aggregatorError({ code: 'AGGREGATOR_WORKER_DIED', reason }))
  }

  /** The first reason counts: threads that are stopped exit afterwards. */
  #end(error: Error): Promise<void> {
    this.#ended ??= error
    this.#stopped ??= this.#stop(error)
    return this.#stopped
  }

  async #stop(error: Error): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
