/** Vectors that are frozen are read from copies that the kernels keep. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Kernels } from '../../../src/gar/kernels/kernels.ts'
import { declareFrozen } from '../../../src/util/frozen.ts'
import { seededRandom } from '../../../src/util/prng.ts'
import { createSharedMemory } from '../../../src/util/webassembly.ts'
import { normalVectors } from '../helpers.ts'
import { assertCombines, assertReduces, combinationsOf, reductionsOf, simd } from './simd-helpers.ts'

function frozenVectors(seed: number, n: number, d: number): Float32Array[] {
  const vectors = normalVectors(seed, n, d)
  vectors.forEach(declareFrozen)
  return vectors
}

/** The first call meets the vectors, the second copies them, the third finds the copies. */
function assertThrice(kernels: Kernels, vectors: readonly Float32Array[]): void {
  const n = vectors.length
  for (let call = 0; call < 3; call++) {
    const random = seededRandom(call)
    for (const combination of combinationsOf(n, random))
      assertCombines(kernels, combination, { vectors, mixes: [] })
    for (const reduction of reductionsOf(n, random)) assertReduces(kernels, reduction, { vectors, mixes: [] })
  }
}

const sizes = [
  [5, 1],
  [20, 1000],
  [33, 1024],
  [70, 2500],
] as const

for (const [n, d] of sizes)
  it(`gives the bits of the reference for ${n} frozen vectors of ${d}, and where every other one is`, () => {
    const kernels = simd()
    const vectors = frozenVectors(1, n, d)
    assertThrice(kernels, vectors)
    assertThrice(
      kernels,
      normalVectors(2, n, d).map((vector, i) => (i % 2 === 0 ? vector : (vectors[i] ?? vector))),
    )
  })

it('reads what was not frozen as it is now', () => {
  const kernels = simd()
  const vectors = normalVectors(3, 20, 1000)
  assertThrice(kernels, vectors)
  for (const vector of vectors) vector.reverse()
  assertThrice(kernels, vectors)
})

it('keeps to its bound, and is right about vectors whose copies had to make room', () => {
  const memory = createSharedMemory(1, 65_536)
  const kernels = simd(memory)
  const mean = { kind: 'mean', positions: Array.from({ length: 20 }, (_, i) => i) } as const
  // 20 vectors of 800 KB are 16 MB: a half has room for two such lists.
  const lists = Array.from({ length: 7 }, (_, i) => {
    const [vector = new Float32Array()] = normalVectors(i, 1, 200_000)
    const vectors = Array.from({ length: 20 }, (_, k) => vector.map((value) => value + k))
    vectors.forEach(declareFrozen)
    return vectors
  })
  for (const order of [lists, lists, lists.toReversed()])
    for (const vectors of order)
      for (let call = 0; call < 2; call++) assertCombines(kernels, mean, { vectors, mixes: [] })
  assert.ok(memory.buffer.byteLength <= 80 * 2 ** 20, `${memory.buffer.byteLength} bytes`)
})
