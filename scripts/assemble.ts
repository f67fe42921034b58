/** Compiles a folder of AssemblyScript to WebAssembly, in memory. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** Whose `index.ts` says what is exported; the memory is the caller's, there is no static data, and nothing is allocated. */
export interface Assembly {
  /** Below the root of the repository. */
  readonly folder: string
  readonly flags: readonly string[]
  /** Modules that lie nowhere, by file name. */
  readonly written?: Readonly<Record<string, () => string>>
}

const memory = ['--importMemory', '--noExportMemory', '--initialMemory', '1', '--maximumMemory', '65536']
// The engine optimizes again: more here only takes longer.
const common = ['-O1', ...memory, '--runtime', 'stub', '--enable', 'simd']

/** The binary. Some seconds. */
export async function assemble({ folder, flags, written = {} }: Assembly): Promise<Uint8Array> {
  const base = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  let binary: Uint8Array | undefined
  const command = ['index.ts', '--baseDir', base, '--outFile', 'kernels.wasm', ...common, ...flags]
  const { error, stderr } = await asc.main(command, {
    readFile: (name) => written[name]?.() ?? source(`${base}/${name}`),
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error })
  return binary
}

/** Null where there is no such file: the compiler asks for `lanes/index.ts` when `lanes.ts` is not there. */
function source(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
