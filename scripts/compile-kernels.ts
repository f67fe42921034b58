/** Compiles the SIMD kernels: AssemblyScript from the source tree, and what rank-kernels.ts writes. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { rankKernels } from './rank-kernels.ts'

const folder = fileURLToPath(new URL('../src/gar/kernels/simd/assembly', import.meta.url))

const flags = [
  // The engine optimizes again: more here only takes longer.
  '-O1',
  // The memory is the caller's, shared with other threads; there is no static data, and nothing is allocated.
  ...[
    '--importMemory',
    '--noExportMemory',
    '--sharedMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
  ],
  ...['--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'],
]

/** The binary. Some seconds. */
export async function compileKernels(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const command = ['index.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...flags]
  const { error, stderr } = await asc.main(command, {
    readFile: (name) => (name === 'rank-kernels.ts' ? rankKernels() : source(name)),
    writeFile: (_, contents) => {
      if (contents instanceof Uint8Array) binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error })
  return binary
}

/** Null where there is no such file: the compiler asks for `lanes/index.ts` when `lanes.ts` is not there. */
function source(name: string): string | null {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8')
  } catch {
    return null
  }
}
