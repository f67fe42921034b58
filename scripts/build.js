// Builds dist/ for users: the kernels to WebAssembly, TypeScript to JavaScript and declarations.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileKernels } from './compile-kernels.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = new URL('../dist/', import.meta.url)
const kernels = await compileKernels()
rmSync(dist, { recursive: true, force: true })
mkdirSync(new URL('gar/kernels/simd', dist), { recursive: true })
writeFileSync(new URL('gar/kernels/simd/kernels.wasm', dist), kernels)
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
