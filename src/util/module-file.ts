/** Modules that users write: TypeScript runs as it is. */
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const endings = new Set(['.ts', '.mts', '.js', '.mjs'])

export function isModulePath(path: string): boolean {
  return endings.has(extname(path))
}

/** What the module exports. Rejects with what loading it throws. */
export function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(resolve(path)).href)
}
