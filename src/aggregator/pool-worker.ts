/** One thread of a pool: does its part of each job, in the order in which they come. */
import { parentPort, workerData } from 'node:worker_threads'
import { kernelsNamed } from '../gar/kernels/default-kernels.ts'
import { type Job, perform, type Reply, type ThreadSetup } from './job.ts'

const setup = workerData as ThreadSetup
const kernels = kernelsNamed(setup.kernels, setup.memory)

parentPort?.on('message', (job: Job) => {
  const finite = perform(job, setup.memory, kernels)
  parentPort?.postMessage({ id: job.id, finite } satisfies Reply)
})
