/** The ring against integers of any size, WebAssembly against the reference, ChaCha20 against OpenSSL's. */
import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultRing } from '../../../src/agreement/two-server/ring/default-ring.ts'
import { referenceRing } from '../../../src/agreement/two-server/ring/reference-ring.ts'
import { bytesOf, type Ring, type Words, wordsOf } from '../../../src/agreement/two-server/ring/ring.ts'
import { wasmRing } from '../../../src/agreement/two-server/ring/wasm-ring.ts'
import { seededRandom } from '../../../src/util/prng.ts'

const modulus = 1n << 64n
const wasm = wasmRing()
assert.ok(wasm, 'the binary is not built: npm run build')
const rings: readonly Ring[] = [wasm, referenceRing]

const bigintsOf = (words: Words) => [...new BigUint64Array(words.buffer, words.byteOffset, words.length / 2)]
const vectorOf = (elements: readonly bigint[]) => wordsOf(BigUint64Array.from(elements))
const mod = (value: bigint) => ((value % modulus) + modulus) % modulus

/** Uniform, and the values at which carries and signs turn. */
const element = fc.oneof(
  fc.bigInt({ min: 0n, max: modulus - 1n }),
  fc.constantFrom(
    0n,
    1n,
    0xffffn,
    0x10000n,
    0xffffffffn,
    1n << 32n,
    (1n << 63n) - 1n,
    1n << 63n,
    modulus - 1n,
  ),
)
const rowsOf = (count: number, length: number) =>
  fc.array(fc.array(element, { minLength: length, maxLength: length }), {
    minLength: count,
    maxLength: count,
  })
const shape = fc.tuple(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 40 }),
)

function random(length: number, seed: number): Words {
  return new Uint32Array(seededRandom(seed, 'ring').bytes(8 * length).buffer)
}

for (const ring of rings) {
  test(`${ring.name}: sums, differences and products are those of integers modulo 2^64`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(element, element), { minLength: 1, maxLength: 50 }), (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
        const expect = (operation: 'add' | 'subtract' | 'multiply', of: (x: bigint, y: bigint) => bigint) =>
          assert.deepEqual(
            bigintsOf(ring[operation](vectorOf(a), vectorOf(b))),
            pairs.map(([x, y]) => mod(of(x, y))),
          )
        expect('add', (x, y) => x + y)
        expect('subtract', (x, y) => x - y)
        expect('multiply', (x, y) => x * y)
      }),
    )
  })

  test(`${ring.name}: products of rows and weighted sums are those of integers modulo 2^64`, () => {
    const cases = shape.chain(([n, m, d]) => fc.tuple(rowsOf(n, d), rowsOf(m, d)))
    fc.assert(
      fc.property(cases, ([a, b]) => {
        const dot = (x: readonly bigint[], y: readonly bigint[]) =>
          mod(x.reduce((sum, value, k) => sum + value * (y[k] ?? 0n), 0n))
        assert.deepEqual(
          bigintsOf(ring.products(a.map(vectorOf), b.map(vectorOf))),
          a.flatMap((x) => b.map((y) => dot(x, y))),
        )
        const weights = a.map(([first = 0n]) => first * 3n + 1n).map(mod)
        assert.deepEqual(
          bigintsOf(ring.weigh(vectorOf(weights), a.map(vectorOf))),
          (a[0] ?? []).map((_, k) =>
            dot(
              weights,
              a.map((x) => x[k] ?? 0n),
            ),
          ),
        )
      }),
    )
  })

  test(`${ring.name}: the keystream is ChaCha20's, as OpenSSL has it`, () => {
    for (const [stream, length] of [
      [0, 1],
      [7, 8],
      [1, 5000],
    ] as const) {
      const seed = seededRandom(stream, 'seed').bytes(32)
      // OpenSSL's iv: the counter, then the nonce, little-endian.
      const iv = Buffer.alloc(16)
      iv.writeUInt32LE(stream, 12)
      const expected = createCipheriv('chacha20', seed, iv).update(Buffer.alloc(8 * length))
      assert.deepEqual(Buffer.from(bytesOf(ring.expand(seed, stream, length))), expected)
    }
  })

  test(`${ring.name}: a projection adds coordinates with signs, a quarter of them each way`, () => {
    const [d, count] = [3000, 4]
    const seed = seededRandom(5, 'seed').bytes(32)
    const unit = (k: number) => vectorOf(Array.from({ length: d }, (_, at) => (at === k ? 1n : 0n)))
    const rows = [0, 1, 31, 32, 2047, 2048, 2999].map(unit)
    const signs = ring.project(seed, count, rows).map(bigintsOf)
    for (const [i, k] of [0, 1, 31, 32, 2047, 2048, 2999].entries())
      for (let j = 0; j < count; j++) {
        const word = ring.expand(seed, j, d)[k >> 4] ?? 0
        const expected = [0n, 1n, modulus - 1n, 0n][(word >>> ((2 * k) & 31)) & 3]
        assert.equal(signs[i]?.[j], expected, `sum ${j}, coordinate ${k}`)
      }
    const ones = ring.project(seed, 400, [vectorOf(new Array(1000).fill(1n))]).map(bigintsOf)[0] ?? []
    // Of variance 500 each: the mean square of 400 is within a fifth of it.
    const squares = ones.map((sum) => Number(BigInt.asIntN(64, sum)) ** 2)
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length
    assert.ok(mean > 400 && mean < 600, `${mean}`)
  })
}

test('WebAssembly and the reference give the same bits, also across stripes and for odd lengths', () => {
  for (const [n, d] of [
    [1, 1],
    [2, 17],
    [3, 2047],
    [5, 2049],
    [4, 5000],
  ] as const) {
    const a = Array.from({ length: n }, (_, i) => random(d, i))
    const b = Array.from({ length: n + 1 }, (_, i) => random(d, 100 + i))
    const seed = seededRandom(d, 'seed').bytes(32)
    const of = (ring: Ring) => [
      ring.expand(seed, 3, d),
      ring.add(a[0] ?? random(d, 0), b[0] ?? random(d, 0)),
      ring.subtract(a[0] ?? random(d, 0), b[0] ?? random(d, 0)),
      ring.multiply(a[0] ?? random(d, 0), b[0] ?? random(d, 0)),
      ring.products(a, b),
      ring.weigh(random(n, 50), a),
      ...ring.project(seed, 5, a),
    ]
    assert.deepEqual(of(wasm), of(referenceRing), `n = ${n}, d = ${d}`)
  }
})

test('the default is WebAssembly where it was built', () => assert.equal(defaultRing().name, 'wasm'))
