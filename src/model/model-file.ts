/** The product: a model on disk, whole or not at all. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { modelError } from './errors.ts'
import { flatten, unflatten } from './flatten.ts'
import type { Model } from './models.ts'
import { decodeSafetensors, encodeSafetensors, maxHeaderBytes } from './safetensors.ts'

/**
 * Writes `parameters` as a safetensors file with the tensors of `model`. It is written beside `path`, brought to
 * disk and renamed, so `path` always holds a whole model: the new one or what was there before.
 *
 * @throws MODEL_FILE_FAILED, MODEL_WRONG_LENGTH
 */
export async function writeModel(
  path: string,
  model: Model,
  parameters: Float32Array,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const bytes = encodeSafetensors({ tensors: unflatten(parameters, model.layout), metadata })
  const beside = `${path}.${randomUUID()}.part`
  try {
    await writeToDisk(beside, bytes)
    await rename(beside, path)
    await syncDirectory(dirname(path))
  } catch (cause) {
    await rm(beside, { force: true })
    throw fileFailed(path, cause)
  }
}

/**
 * Reads what `writeModel` wrote, for the same model.
 *
 * @throws MODEL_FILE_FAILED, MODEL_SAFETENSORS_* also if the tensors are not those of `model`
 */
export async function readModel(
  path: string,
  model: Model,
): Promise<{ parameters: Float32Array; metadata: Readonly<Record<string, string>> }> {
  const { tensors, metadata } = decodeSafetensors(await readBounded(path, maxFileBytes(model)))
  const values = model.layout.map(({ name, shape }) => {
    const tensor = tensors.find((candidate) => candidate.name === name)
    if (!tensor || tensor.shape.join() !== shape.join()) {
      const reason = `a ${model.name} has it with the shape ${shape.join(' x ')}`
      throw modelError({ code: 'MODEL_SAFETENSORS_BAD_TENSOR', tensor: name, reason })
    }
    return tensor.values
  })
  return { parameters: flatten(values, model.layout), metadata }
}

/** The length of the header's length, the longest header, and the numbers. */
function maxFileBytes(model: Model): number {
  return 8 + maxHeaderBytes + model.dimension * Float32Array.BYTES_PER_ELEMENT
}

async function writeToDisk(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the renaming outlast a crash. Windows has no such call and keeps its directories itself. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (cause) {
    throw fileFailed(path, cause)
  }
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw fileFailed(path, new Error(`${size} bytes are more than such a model has`))
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function fileFailed(file: string, cause: unknown) {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return modelError({ code: 'MODEL_FILE_FAILED', file, reason }, { cause })
}
