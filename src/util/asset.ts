/** Finds a module's neighbours, from source (`.ts`) and from the build (`.js`) alike. */

/** The URL of the module `name` (without extension) beside the module whose `import.meta.url` is given. */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith('.ts') ? 'ts' : 'js'
  return new URL(`${name}.${extension}`, importMetaUrl)
}
