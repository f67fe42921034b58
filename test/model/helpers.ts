/** What the tests of gradients share. */

import { createReadStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'
import { type Batch, sliceBatch } from '../../src/data/batches.ts'
import { mnistFiles, readDataset } from '../../src/data/mnist.ts'
import { seededRandom } from '../../src/util/prng.ts'

/** The first `size` test images of MNIST: real ones, whose blank margins make ties in the pooling. */
export async function mnistBatch(size: number): Promise<Batch> {
  const rows = Uint32Array.from({ length: size }, (_, i) => i)
  return sliceBatch(await readDataset(mnistFiles('mnist').test, rows), 0, size)
}

/** `length` standard normal numbers. */
export function normals(length: number, ...names: (string | number)[]): Float32Array {
  const random = seededRandom(1, 'test', ...names)
  return Float32Array.from({ length }, () => random.normal())
}

/** ||a - b|| / ||b||. */
export function relativeDistance(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  const norm = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return norm(a.map((value, i) => value - Number(b[i]))) / norm(b)
}

/**
 * Unpacks SwiftShader, a Vulkan driver that needs no GPU, with the loader it brings along. The result must be in a
 * process's environment before it starts: the dynamic linker reads it only then.
 */
export async function swiftShaderEnvironment(): Promise<{ directory: string; env: Record<string, string> }> {
  const directory = await mkdtemp(join(tmpdir(), 'medoid-swiftshader-'))
  // The package's main module lies in build/esm.
  const packed = new URL('../../bin/swiftshader.tar.br', import.meta.resolve('@sparticuz/chromium'))
  await pipeline(createReadStream(packed), createBrotliDecompress(), extract(directory))
  return {
    directory,
    env: { LD_LIBRARY_PATH: directory, VK_ICD_FILENAMES: join(directory, 'vk_swiftshader_icd.json') },
  }
}
