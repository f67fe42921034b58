// Builds dist/ for users: the kernels to WebAssembly, TypeScript to JavaScript and declarations.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileKernels, compileRing } from './compile-kernels.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = new URL('../dist/', import.meta.url)
const binaries = {
  'gar/kernels/simd/kernels.wasm': await compileKernels(),
  'agreement/two-server/ring/ring.wasm': await compileRing(),
}
rmSync(dist, { recursive: true, force: true })
for (const [name, binary] of Object.entries(binaries)) {
  mkdirSync(new URL('.', new URL(name, dist)), { recursive: true })
  writeFileSync(new URL(name, dist), binary)
}
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
