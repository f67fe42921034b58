/** How fast this machine reads memory: the best SIMD sum over as many bytes, on as many threads. */
import { Worker } from 'node:worker_threads'
import type { ReadOrder } from './bandwidth-worker.ts'

/** GB/s of the fastest of `runs` readings of `bytes` by `threads` at once; each thread reads its own share of them. */
export async function readBandwidth(bytes: number, threads: number, runs: number): Promise<number> {
  const order: ReadOrder = {
    bytes: 128 * Math.ceil(bytes / threads / 128),
    runs,
    go: new SharedArrayBuffer(4),
    threads,
  }
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('bandwidth-worker.ts', import.meta.url), { workerData: order }),
  )
  const times = await Promise.all(workers.map(timesOf))
  // A reading is over when the last thread is done.
  const slowest = Array.from({ length: runs }, (_, run) =>
    Math.max(...times.map((ofThread) => ofThread[run] as number)),
  )
  return (order.bytes * threads) / Math.min(...slowest) / 1e6
}

function timesOf(worker: Worker): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>()
  worker.on('message', resolve)
  worker.on('error', reject)
  return promise
}
