/** Vectors in a file, read block by block: what `aggregateStream` takes where they do not fit into memory. */
import { type FileHandle, open } from 'node:fs/promises'
import { dataError } from './errors.ts'
import { decodeNpyHeader, elementsOf, isNpy, maxNpyHeadBytes } from './npy.ts'

/** Coordinates of each vector that are read at a time: 256 KiB, so that a disk is not kept seeking. */
const blockCoordinates = 2 ** 16

/** n vectors of d coordinates. */
export interface VectorFile {
  readonly n: number
  readonly d: number
  /** Blocks of [n][k] from the first coordinate to the last. The file is open as long as a pass lasts. */
  blocks(): AsyncGenerator<Float32Array[], void, undefined>
}

interface Layout {
  readonly rows: number
  readonly columns: number
  readonly elementBytes: 4 | 8
  readonly offset: number
}

/**
 * The vectors in the file at `path`: a `.npy` file, one vector a row, or float32 and nothing else, vector after vector,
 * in which case `n` says how many there are.
 *
 * @throws DATA_UNREADABLE, DATA_NPY_*, DATA_RAW_WRONG_LENGTH
 */
export async function openVectorFile(path: string, { n }: { readonly n?: number } = {}): Promise<VectorFile> {
  const layout = await withFile(path, (file) => layoutOf(file, path, n))
  return { n: layout.rows, d: layout.columns, blocks: () => blocksOf(path, layout) }
}

async function layoutOf(file: FileHandle, path: string, n: number | undefined): Promise<Layout> {
  const { size } = await file.stat()
  const head = await readAt(file, path, 0, Math.min(size, maxNpyHeadBytes))
  if (isNpy(head) || n === undefined) return decodeNpyHeader(head, size, path)
  const columns = size / (n * Float32Array.BYTES_PER_ELEMENT)
  if (!Number.isSafeInteger(n) || n < 1 || !Number.isSafeInteger(columns))
    throw dataError({ code: 'DATA_RAW_WRONG_LENGTH', file: path, bytes: size, n })
  return { rows: n, columns, elementBytes: 4, offset: 0 }
}

async function* blocksOf(path: string, layout: Layout): AsyncGenerator<Float32Array[], void, undefined> {
  const { rows, columns, elementBytes, offset } = layout
  const file = await opened(path)
  try {
    for (let from = 0; from < columns; from += blockCoordinates) {
      const length = Math.min(blockCoordinates, columns - from)
      const block: Float32Array[] = []
      for (let row = 0; row < rows; row++) {
        const position = offset + (row * columns + from) * elementBytes
        block.push(elementsOf(await readAt(file, path, position, length * elementBytes), elementBytes))
      }
      yield block
    }
  } finally {
    await file.close()
  }
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await opened(path)
  try {
    return await use(file)
  } finally {
    await file.close()
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw dataError({ code: 'DATA_UNREADABLE', file: path, reason }, { cause })
  }
}

async function readAt(file: FileHandle, path: string, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0)
      throw dataError({ code: 'DATA_UNREADABLE', file: path, reason: 'it became shorter while it was read' })
    done += bytesRead
  }
  return bytes
}
