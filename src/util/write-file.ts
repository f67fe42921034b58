/** Files that are either whole or not there. */
import { link, open, rename, rm } from 'node:fs/promises'

export interface WriteOptions {
  /** Permissions of the file, as for chmod. */
  readonly mode?: number
  /** Fails with EEXIST where the file exists already, instead of replacing it. */
  readonly create?: boolean
}

/**
 * Writes `content` beside `path`, makes sure that it is on the disk, and puts it in place in one move: a reader sees the
 * old file or the new one, also after a crash.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { mode = 0o644, create = false }: WriteOptions = {},
): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`
  try {
    const file = await open(beside, 'w', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    // A link refuses to replace what is there, which a rename would do.
    await (create ? link(beside, path) : rename(beside, path))
  } finally {
    await rm(beside, { force: true })
  }
}
