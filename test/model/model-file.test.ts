/** Models on disk: whole or not at all. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readModel, writeModel } from '../../src/model/model-file.ts'
import { initialParameters, modelOf } from '../../src/model/models.ts'
import { isCoded } from '../../src/util/coded-error.ts'

let directory: string
const mlp = modelOf('mlp')
const parameters = initialParameters(mlp, 1)

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-model-'))
})

after(() => rm(directory, { recursive: true }))

test('what was written is read, with its metadata, and nothing else is left beside it', async () => {
  const folder = join(directory, 'whole')
  await mkdir(folder)
  const path = join(folder, 'model.safetensors')
  await writeModel(path, mlp, parameters, { step: '7' })
  assert.deepEqual(await readModel(path, mlp), { parameters, metadata: { step: '7' } })
  assert.deepEqual(await readdir(folder), ['model.safetensors'])
})

test('writing again replaces the file', async () => {
  const path = join(directory, 'again.safetensors')
  await writeModel(path, mlp, parameters, { step: '1' })
  await writeModel(path, mlp, parameters, { step: '2' })
  assert.equal((await readModel(path, mlp)).metadata.step, '2')
})

test('a failed write leaves what was there, and no part of the new one', async () => {
  const folder = join(directory, 'taken')
  const path = join(folder, 'model.safetensors')
  // A directory in the place of the file: the renaming fails after everything was written.
  await mkdir(join(path, 'occupied'), { recursive: true })
  await assert.rejects(writeModel(path, mlp, parameters, {}), (error) => isCoded(error, 'MODEL_FILE_FAILED'))
  assert.deepEqual(await readdir(folder), ['model.safetensors'])
})

test('a directory that is not there is named', async () => {
  const path = join(directory, 'absent', 'model.safetensors')
  await assert.rejects(
    writeModel(path, mlp, parameters, {}),
    (error) => isCoded(error, 'MODEL_FILE_FAILED') && error.message.includes(path),
  )
})

test('a model of another architecture is refused', async () => {
  const path = join(directory, 'mlp.safetensors')
  await writeModel(path, mlp, parameters, {})
  await assert.rejects(readModel(path, modelOf('cnn')), (error) =>
    isCoded(error, 'MODEL_SAFETENSORS_BAD_TENSOR'),
  )
})

test('a file cut short is refused', async () => {
  const path = join(directory, 'short.safetensors')
  await writeModel(path, mlp, parameters, {})
  await truncate(path, (await readFile(path)).length - 4)
  await assert.rejects(readModel(path, mlp), (error) => isCoded(error, 'MODEL_SAFETENSORS_BAD_TENSOR'))
})

test('a file far larger than such a model is not read', async () => {
  const path = join(directory, 'large.safetensors')
  await writeFile(path, '')
  await truncate(path, 2 ** 34)
  await assert.rejects(readModel(path, mlp), (error) => isCoded(error, 'MODEL_FILE_FAILED'))
})
