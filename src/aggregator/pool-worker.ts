/** One thread of a pool: does its part of each job, in the order in which they come. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Job, perform, type Reply } from './job.ts'
import { kernelsOf, type ThreadSetup } from './thread-kernels.ts'

const setup = workerData as ThreadSetup
const kernels = kernelsOf(setup)

parentPort?.on('message', (job: Job) => {
  // The memory may have grown since the last job: its buffer object is looked up for each.
  const finite = perform(job, setup.memory.buffer, kernels)
  parentPort?.postMessage({ id: job.id, finite } satisfies Reply)
})
