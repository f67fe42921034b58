/** What the calling side does when its thread dies, fails or talks: threads made for the purpose. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { WorkerLine } from '../../src/model/worker-line.ts'
import { isCoded } from '../../src/util/coded-error.ts'

/** A line to a thread that runs `script`, in which `port` is its end. */
function lineTo(script: string): WorkerLine {
  const prelude = "const { parentPort: port } = require('node:worker_threads');"
  return new WorkerLine(new Worker(prelude + script, { eval: true, stderr: true }))
}

function hasDied(reason: RegExp) {
  return (error: unknown) => isCoded(error, 'MODEL_WORKER_DIED') && reason.test(error.message)
}

test('a thread that exits rejects all that is pending, and every later call', async () => {
  const line = lineTo("port.once('message', () => process.exit(3))")
  const pending = [line.call({ method: 'parameters' }), line.call({ method: 'evaluate', options: undefined })]
  for (const call of pending) await assert.rejects(call, hasDied(/exit code 3/))
  await assert.rejects(line.call({ method: 'parameters' }), hasDied(/exit code 3/))
  await line.close()
})

test('a thread that throws rejects what is pending with what it threw', async () => {
  const line = lineTo("port.once('message', () => { throw new Error('out of luck') })")
  await assert.rejects(line.call({ method: 'parameters' }), hasDied(/out of luck/))
})

test('a thread that ends before it is ready never becomes ready', async () => {
  await assert.rejects(lineTo('').ready, hasDied(/exit code 0/))
})

test('an error that is not ours arrives as MODEL_WORKER_FAILED with its message', async () => {
  const line = lineTo(`port.on('message', ({ id }) =>
    port.postMessage({ kind: 'failed', id, error: { problem: undefined, sentence: 'no memory' } }))`)
  await assert.rejects(
    line.call({ method: 'parameters' }),
    (error) => isCoded(error, 'MODEL_WORKER_FAILED') && /no memory/.test(error.message),
  )
  await line.close()
})

test('each answer goes to the call that it belongs to', async () => {
  const line = lineTo(`port.on('message', ({ id, options }) =>
    port.postMessage({ kind: 'answer', id, value: Float32Array.of(options.step) }))`)
  const steps = [5, 6, 7]
  const answers = await Promise.all(steps.map((step) => line.call({ method: 'gradient', options: { step } })))
  assert.deepEqual(answers, [Float32Array.of(5), Float32Array.of(6), Float32Array.of(7)])
  await line.close()
})
