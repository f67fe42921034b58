/** The WebGPU path, on SwiftShader: slow and real, and it needs no GPU, no driver and no library of the system. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { initialParameters, modelNames, modelOf } from '../../src/model/models.ts'
import { chooseBackend } from '../../src/model/tfjs-backend.ts'
import { TfjsNetwork } from '../../src/model/tfjs-network.ts'
import { mnistBatch, relativeDistance, swiftShaderEnvironment } from './helpers.ts'

const run = promisify(execFile)

interface Report {
  readonly backend: string
  readonly gradients: Readonly<Record<string, string>>
  readonly logits: Readonly<Record<string, string>>
  readonly tensors: number
}

let swiftShader: Awaited<ReturnType<typeof swiftShaderEnvironment>>
let report: Report

before(async () => {
  swiftShader = await swiftShaderEnvironment()
  report = JSON.parse(await output('webgpu-gradients.ts'))
  await chooseBackend('cpu')
})

after(() => rm(swiftShader.directory, { recursive: true }))

/** What a program beside this file prints when a software GPU is there. */
async function output(program: string): Promise<string> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const { stdout } = await run(process.execPath, [path], {
    env: { ...process.env, ...swiftShader.env },
    maxBuffer: 2 ** 24,
  })
  return stdout
}

function vector(base64: string | undefined): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64 ?? '', 'base64')).buffer)
}

for (const name of modelNames) {
  test(`the gradient of the ${name} on webgpu is that of cpu`, async () => {
    const network = new TfjsNetwork(modelOf(name))
    const expected = await network.gradient(initialParameters(network.model, 1), await mnistBatch(4))
    const distance = relativeDistance(vector(report.gradients[name]), expected)
    assert.ok(distance < 1e-4, `relative distance ${distance}`)
  })

  test(`the outputs of the ${name} on webgpu are those of cpu`, async () => {
    const network = new TfjsNetwork(modelOf(name))
    const expected = await network.logits(initialParameters(network.model, 1), await mnistBatch(4))
    const distance = relativeDistance(vector(report.logits[name]), expected)
    assert.ok(distance < 1e-4, `relative distance ${distance}`)
  })
}

test('what ran was webgpu, and it left no tensor behind', () => {
  assert.equal(report.backend, 'webgpu')
  assert.equal(report.tensors, 0)
})

test('a learner trains on webgpu in its thread, and its program ends once it is closed', async () => {
  const { backend, before, after } = JSON.parse(await output('webgpu-learner.ts'))
  assert.equal(backend, 'webgpu')
  assert.equal(before.samples, 50)
  assert.ok(after.loss < before.loss, `${after.loss} is not below ${before.loss}`)
})

test('auto passes an emulated GPU over and says so; the ladder goes on with wasm', async () => {
  const { name, passedOver } = JSON.parse(await output('auto-backend.ts'))
  assert.equal(name, 'wasm')
  const reason = passedOver.find(({ backend }: { backend: string }) => backend === 'webgpu')?.reason
  assert.match(reason, /SwiftShader.*slower than wasm/)
})
