/** The ladder of backends. */
import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { getBackend } from '@tensorflow/tfjs-core'
import type { BackendName } from '../../src/model/learner-options.ts'
import { chooseBackend, ladder, type Rung } from '../../src/model/tfjs-backend.ts'
import { isCoded } from '../../src/util/coded-error.ts'

/** A ladder on which only `working` works, and a record of what was tried, and whether by force. */
function rungs(...working: BackendName[]): { rungs: Rung[]; tried: [BackendName, boolean][] } {
  const tried: [BackendName, boolean][] = []
  const names: BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu']
  return {
    tried,
    rungs: names.map((name) => ({
      name,
      remedy: `mend ${name}`,
      async load(forced) {
        tried.push([name, forced])
        if (!working.includes(name)) throw new Error(`${name} is broken\nand this is why`)
      },
    })),
  }
}

test('the ladder goes from the fastest to the one that always works', () => {
  assert.deepEqual(
    ladder.map(({ name }) => name),
    ['tensorflow', 'webgpu', 'wasm', 'cpu'],
  )
})

test('auto takes the first that works, tries none below it, and says why those above did not', async () => {
  const { rungs: steps, tried } = rungs('wasm', 'cpu')
  assert.deepEqual(await chooseBackend('auto', steps), {
    name: 'wasm',
    passedOver: [
      { backend: 'tensorflow', reason: 'tensorflow is broken' },
      { backend: 'webgpu', reason: 'webgpu is broken' },
    ],
  })
  assert.deepEqual(tried, [
    ['tensorflow', false],
    ['webgpu', false],
    ['wasm', false],
  ])
})

test('a named backend is the only one tried', async () => {
  const { rungs: steps, tried } = rungs('tensorflow', 'cpu')
  assert.deepEqual(await chooseBackend('cpu', steps), { name: 'cpu', passedOver: [] })
  assert.deepEqual(tried, [['cpu', true]])
})

test('a named backend that does not work is an error with reason and remedy, never another one', async () => {
  const { rungs: steps, tried } = rungs('wasm', 'cpu')
  await assert.rejects(
    chooseBackend('webgpu', steps),
    (error) => isCoded(error, 'MODEL_BACKEND_MISSING') && /webgpu is broken; mend webgpu/.test(error.message),
  )
  assert.deepEqual(tried, [['webgpu', true]])
})

test('where none works, the error says what was wrong with each', async () => {
  await assert.rejects(
    chooseBackend('auto', rungs().rungs),
    (error) =>
      isCoded(error, 'MODEL_NO_BACKEND') && /tensorflow: .*webgpu: .*wasm: .*cpu: /.test(error.message),
  )
})

test('wasm and cpu load, and tfjs then uses them', async () => {
  for (const name of ['wasm', 'cpu'] as const) {
    assert.deepEqual(await chooseBackend(name), { name, passedOver: [] })
    assert.equal(getBackend(), name)
  }
})

/**
 * tfjs-node-gpu needs CUDA and cannot be installed for a test. What stands in for it here does what it does when it
 * is imported: CommonJS, requires tfjs, registers the backend `tensorflow` and makes it the current one; and, as the
 * real one does when it first runs, it calls the function that Node 23 removed from node:util.
 */
const standIn = `
const { isNullOrUndefined } = require('util')
const tf = require('@tensorflow/tfjs-core')
const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu')
if (!isNullOrUndefined(null) || isNullOrUndefined(0)) throw new Error('node:util was not restored')
tf.registerBackend('tensorflow', () => new MathBackendCPU(), 3)
if (!tf.setBackend('tensorflow')) throw new Error('Could not initialize TensorFlow backend.')
`

test('tensorflow is used where its package is installed, and is passed over by name where it is not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-tensorflow-'))
  try {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    for (const folder of ['model', 'data', 'util']) {
      await cp(join(root, 'src', folder), join(directory, 'src', folder), { recursive: true })
    }
    await mkdir(join(directory, 'node_modules/@tensorflow/tfjs-node-gpu'), { recursive: true })
    for (const name of ['tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu', 'tfjs-backend-wasm']) {
      await symlink(
        join(root, 'node_modules/@tensorflow', name),
        join(directory, 'node_modules/@tensorflow', name),
        'dir',
      )
    }
    const copy: typeof import('../../src/model/tfjs-backend.ts') = await import(
      pathToFileURL(join(directory, 'src/model/tfjs-backend.ts')).href
    )
    const packageDirectory = join(directory, 'node_modules/@tensorflow/tfjs-node-gpu')
    await rm(packageDirectory, { recursive: true })
    await assert.rejects(copy.chooseBackend('tensorflow'), /tfjs-node-gpu is not installed.*npm install/)
    await mkdir(packageDirectory)
    await writeFile(join(packageDirectory, 'package.json'), '{"version":"4.22.0","main":"index.js"}')
    await writeFile(join(packageDirectory, 'index.js'), standIn)
    assert.deepEqual(await copy.chooseBackend('auto'), { name: 'tensorflow', passedOver: [] })
    assert.equal(getBackend(), 'tensorflow')
  } finally {
    await rm(directory, { recursive: true })
  }
})
