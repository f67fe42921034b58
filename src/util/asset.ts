/** Finds a module's neighbours, from source (`.ts`) and from the build (`.js`) alike. */
import { readFileSync } from 'node:fs'

/** The URL of the module `name` (without extension) beside the module whose `import.meta.url` is given. */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`${name}.${extension}`, importMetaUrl)
}

/**
 * What the build has written as `name` beside that module's place in `dist`, for modules of `src` too; undefined where
 * nothing was built.
 */
export function readBuilt(importMetaUrl: string, name: string): Uint8Array<ArrayBuffer> | undefined {
  const root = new URL('../../', import.meta.url)
  const folder = importMetaUrl.slice(root.href.length).replace(/^src\//, 'dist/')
  try {
    return readFileSync(new URL(name, new URL(folder, root)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
