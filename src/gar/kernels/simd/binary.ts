/** The binary that `npm run build` makes of the AssemblyScript beside this file, and what it exports. */
import { readBuilt } from '../../../util/asset.ts'
import { compileModule, exportsOver, type WasmMemory, type WasmModule } from '../../../util/webassembly.ts'

/**
 * Addresses and lengths are in bytes. `rows` is a table of 32-bit addresses; of each row `bytes` are read, a multiple of
 * 64. A result is float64 where `wide`. What returns a number returns 0 where it has read a value that is not finite.
 */
export interface Kernel {
  areFinite(rows: number, count: number, bytes: number): number
  /** Brings the rows into the cache. */
  touch(rows: number, count: number, bytes: number): number
  mean(rows: number, count: number, bytes: number, share: number, out: number, wide: boolean): number
  meanOfWide(rows: number, count: number, bytes: number, share: number, out: number): void
  weighted(rows: number, count: number, weights: number, bytes: number, out: number, wide: boolean): number
  scale(row: number, factor: number, bytes: number, out: number): void
  copy(row: number, bytes: number, out: number): void
  /** Copies `bytes` from `at` on of each row of one table to where another says. */
  gather(rows: number, copies: number, count: number, at: number, bytes: number): void
  /** `length` is in coordinates. Distances of these rows are then those of what lies at `out`. */
  widen(rows: number, count: number, length: number, out: number, stride: number): number
  addSquaredDistances(wide: number, count: number, bytes: number, stride: number, sums: number): void
  addSquaredDistancesTo(rows: number, count: number, point: number, length: number, sums: number): number
  sortBy(
    network: number,
    comparators: number,
    rows: number,
    count: number,
    at: number,
    bytes: number,
    out: number,
    stride: number,
  ): number
  nearestMean(
    sorted: number,
    stride: number,
    count: number,
    from: number,
    to: number,
    keep: number,
    bytes: number,
    masks: number,
    out: number,
  ): void
  /** The float32 sum of `bytes`, a multiple of 128: how fast memory can be read. For benchmarks. */
  sum(address: number, bytes: number): number
}

type RankMean = (rows: number, bytes: number, share: number, out: number) => number
type Sort = (rows: number, at: number, bytes: number, out: number, stride: number) => number

export interface Binary {
  readonly kernel: Kernel
  /** The mean of ranks in registers, for the n and ranks for which there is one. */
  rankMean(n: number, from: number, to: number): RankMean | undefined
  /** Sorting in registers, for the n for which there is one. */
  sort(n: number): Sort | undefined
}

/** The binary over `memory`; undefined where it was not built, or this engine has no WebAssembly SIMD. */
export function binaryOver(memory: WasmMemory): Binary | undefined {
  const module = moduleOf(memory.buffer instanceof SharedArrayBuffer ? 'shared' : 'private')
  if (module === undefined) return undefined
  const exports = exportsOver(module, memory) as Kernel & { readonly [name: string]: unknown }
  return {
    kernel: exports,
    rankMean: (n, from, to) => exports[`rankMean_${n}_${from}_${to}`] as RankMean | undefined,
    sort: (n) => exports[`sort_${n}`] as Sort | undefined,
  }
}

const modules: { shared?: WasmModule; private?: WasmModule } = {}

/** Compiles on the first call that finds the binary. */
function moduleOf(kind: keyof typeof modules): WasmModule | undefined {
  if (modules[kind] === undefined) {
    const bytes = readBuilt(import.meta.url, 'kernels.wasm')
    const module = bytes && compileModule(kind === 'shared' ? bytes : importingPrivateMemory(bytes))
    if (module !== undefined) modules[kind] = module
  }
  return modules[kind]
}

/**
 * The same binary, importing memory of one thread: ordinary arrays are copied into such memory nearly three times as fast
 * as into shared memory (V8 copies the latter word by word). No instruction differs, only the flags of the import:
 *
 *     "memory" | 02 (a memory) | 03 (has a maximum, shared) -> 01 (has a maximum)
 */
function importingPrivateMemory(shared: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = shared.slice()
  const name = new TextEncoder().encode('memory\x02\x03')
  const at = bytes.findIndex((_, i) => name.every((byte, k) => bytes[i + k] === byte))
  if (at >= 0) bytes[at + name.length - 1] = 1
  return bytes
}
