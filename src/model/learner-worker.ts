/** The thread behind `startLearner`: makes a learner from its `workerData` and answers calls, one after another. */
import { parentPort, type Transferable, workerData } from 'node:worker_threads'
import { createLearner } from './create-learner.ts'
import type { Learner } from './learner.ts'
import type { LearnerOptions } from './learner-options.ts'
import { type Answers, encodeError, type Reply, type Request } from './worker-protocol.ts'

function reply(message: Reply, transfer: Transferable[] = []): void {
  parentPort?.postMessage(message, transfer)
}

/** Vectors are copied and the copy is handed over: a backend may lend memory that must not change its thread. */
async function answer(learner: Learner, request: Request): Promise<void> {
  try {
    const value = await call(learner, request)
    if (value instanceof Float32Array) {
      const copy = value.slice()
      reply({ kind: 'answer', id: request.id, value: copy }, [copy.buffer])
    } else {
      reply({ kind: 'answer', id: request.id, value })
    }
  } catch (error) {
    reply({ kind: 'failed', id: request.id, error: encodeError(error) })
  }
}

async function call(learner: Learner, request: Request): Promise<Answers[keyof Answers]> {
  switch (request.method) {
    case 'gradient':
      return learner.gradient(request.options)
    case 'apply':
      await learner.apply(request.direction, request.step)
      return undefined
    case 'parameters':
      return learner.parameters()
    case 'load':
      await learner.load(request.parameters)
      return undefined
    case 'evaluate':
      return learner.evaluate(request.options)
    default:
      return request satisfies never
  }
}

try {
  const learner = await createLearner(workerData as LearnerOptions)
  let last = Promise.resolve()
  parentPort?.on('message', (request: Request) => {
    last = last.then(() => answer(learner, request))
  })
  reply({ kind: 'ready', summary: learner.summary })
} catch (error) {
  reply({ kind: 'failed', id: undefined, error: encodeError(error) })
}
