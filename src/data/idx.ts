/**
 * Reads IDX files, the format of MNIST (http://yann.lecun.com/exdb/mnist/, "The IDX file format").
 *
 * ```
 * 0 0 type rank | size of dimension 1 (u32, big-endian) | ... | size of dimension `rank` | elements, row by row
 * ```
 *
 * Only `type` 0x08, unsigned bytes, is read. The header is compared with the file's length before anything of
 * its size is allocated.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { dataError } from './errors.ts'

const unsignedByte = 0x08

/** Elements a file may announce: a thousand times MNIST's test set would still be a mistake. */
export const maxIdxBytes = 2 ** 31

/** Rows are read through a window of about this size, so that a share of a file costs a share of its memory. */
const windowBytes = 1 << 20

export interface IdxHeader {
  /** Sizes of the dimensions, outermost first. */
  readonly shape: readonly number[]
  /** Where the elements start. */
  readonly offset: number
  /** Elements in one row, that is, for one value of the first dimension. */
  readonly rowBytes: number
}

/**
 * Reads and checks the header of a file of `fileBytes` bytes, of which `head` is the beginning.
 *
 * @throws DATA_IDX_WRONG_MAGIC, DATA_IDX_WRONG_TYPE, DATA_IDX_TRUNCATED, DATA_IDX_TOO_LONG, DATA_TOO_LARGE
 */
export function decodeIdxHeader(head: Uint8Array, rank: number, fileBytes: number, file: string): IdxHeader {
  const offset = 4 + 4 * rank
  if (head.length < offset) {
    throw dataError({ code: 'DATA_IDX_TRUNCATED', file, bytes: fileBytes, wantedBytes: offset })
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const magic = view.getUint32(0)
  const wanted = (unsignedByte << 8) | rank
  if ((magic & 0xffff00ff) >>> 0 !== rank) {
    throw dataError({ code: 'DATA_IDX_WRONG_MAGIC', file, magic: hex(magic, 8), wanted: hex(wanted, 8) })
  }
  if (magic !== wanted) {
    throw dataError({ code: 'DATA_IDX_WRONG_TYPE', file, elementType: hex((magic >>> 8) & 0xff, 2) })
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const rowBytes = shape.slice(1).reduce((product, size) => product * size, 1)
  const elements = (shape[0] ?? 1) * rowBytes
  if (elements > maxIdxBytes) {
    throw dataError({ code: 'DATA_TOO_LARGE', file, bytes: elements, maxBytes: maxIdxBytes })
  }
  const wantedBytes = offset + elements
  if (fileBytes < wantedBytes) {
    throw dataError({ code: 'DATA_IDX_TRUNCATED', file, bytes: fileBytes, wantedBytes })
  }
  if (fileBytes > wantedBytes) {
    throw dataError({ code: 'DATA_IDX_TOO_LONG', file, bytes: fileBytes, wantedBytes })
  }
  return { shape, offset, rowBytes }
}

export interface IdxReading {
  /** Number of dimensions that the file must have. */
  readonly rank: number
  /** The rows to read, each below the file's number of rows; all of them if absent. Memory is that of the rows. */
  readonly rows?: Uint32Array | undefined
  /** Sees the file's shape before any row is read, and throws if it is not to be read. */
  readonly check?: (shape: readonly number[]) => void
}

/**
 * Reads rows of the IDX file at `path`: [rows][rowBytes], in the order in which they were asked for.
 *
 * @throws what `decodeIdxHeader` and `check` throw, and DATA_UNREADABLE
 */
export async function readIdx(path: string, { rank, rows, check }: IdxReading): Promise<Uint8Array> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (cause) {
    throw dataError({ code: 'DATA_UNREADABLE', file: path, reason: reasonOf(cause) }, { cause })
  }
  try {
    const { size } = await file.stat()
    const head = new Uint8Array(Math.min(size, 4 + 4 * rank))
    await readFully(file, head, 0, path)
    const header = decodeIdxHeader(head, rank, size, path)
    check?.(header.shape)
    return rows ? await pick(file, header, rows, path) : await readAll(file, header, path)
  } finally {
    await file.close()
  }
}

async function readAll(file: FileHandle, header: IdxHeader, path: string): Promise<Uint8Array> {
  const values = new Uint8Array((header.shape[0] ?? 1) * header.rowBytes)
  await readFully(file, values, header.offset, path)
  return values
}

/** Goes through the file once, window by window, and copies each wanted row to its place. */
async function pick(
  file: FileHandle,
  header: IdxHeader,
  rows: Uint32Array,
  path: string,
): Promise<Uint8Array> {
  const { rowBytes, offset } = header
  const values = new Uint8Array(rows.length * rowBytes)
  const places = Uint32Array.from(rows.keys()).sort((a, b) => Number(rows[a]) - Number(rows[b]))
  const windowRows = Math.max(1, Math.floor(windowBytes / rowBytes))
  const window = new Uint8Array(windowRows * rowBytes)
  let start = 0
  let end = 0
  for (const place of places) {
    const row = Number(rows[place])
    if (row >= end) {
      start = row
      end = Math.min(Number(header.shape[0]), row + windowRows)
      await readFully(file, window.subarray(0, (end - start) * rowBytes), offset + start * rowBytes, path)
    }
    const from = (row - start) * rowBytes
    values.set(window.subarray(from, from + rowBytes), place * rowBytes)
  }
  return values
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  let done = 0
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done)
    if (bytesRead === 0) {
      // The length was checked against the header: the file shrank while it was read.
      throw dataError({
        code: 'DATA_IDX_TRUNCATED',
        file: path,
        bytes: position + done,
        wantedBytes: position + into.length,
      })
    }
    done += bytesRead
  }
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
