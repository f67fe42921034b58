/** One thread of `readBandwidth`: sums its own memory a number of times, in step with the others. */
import { parentPort, workerData } from 'node:worker_threads'
import { binaryOver } from '../../src/gar/kernels/simd/binary.ts'
import { createSharedMemory } from '../../src/util/webassembly.ts'

export interface ReadOrder {
  /** For each thread; a multiple of 128. */
  readonly bytes: number
  readonly runs: number
  readonly threads: number
  /** One number: how often a thread has come to the start of a reading. */
  readonly go: SharedArrayBuffer
}

const { bytes, runs, threads, go } = workerData as ReadOrder
const pages = Math.ceil(bytes / 65_536)
const memory = createSharedMemory(pages, pages)
const binary = binaryOver(memory)
if (binary === undefined) throw new Error('no SIMD kernels: run npm run build')
new Float32Array(memory.buffer).fill(1)
const arrived = new Int32Array(go)
const times = Array.from({ length: runs }, (_, run) => {
  const place = Atomics.add(arrived, 0, 1) + 1
  // Woken at the same moment, so that they share the memory for all of the reading.
  if (place < (run + 1) * threads) while (Atomics.load(arrived, 0) < (run + 1) * threads);
  const start = performance.now()
  binary.kernel.sum(0, bytes)
  return performance.now() - start
})
parentPort?.postMessage(times)
