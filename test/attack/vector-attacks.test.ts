import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { alie } from '../../src/attack/alie.ts'
import type { VectorAttack } from '../../src/attack/attack.ts'
import { constant } from '../../src/attack/constant.ts'
import { gaussian } from '../../src/attack/gaussian.ts'
import { ipm } from '../../src/attack/ipm.ts'
import { signFlip } from '../../src/attack/sign-flip.ts'
import { seededRandom } from '../../src/util/prng.ts'

interface Case {
  readonly id: string
  readonly rule: string
  readonly params: Readonly<Record<string, number>>
  readonly input?: readonly (readonly number[])[]
  readonly inputRef?: string
  readonly expected: readonly number[]
  readonly conformance: string
  readonly tol?: number
}

const vectors = new URL('../vectors/', import.meta.url)
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, vectors), 'utf8'))
const cases = read('attacks.json') as readonly Case[]

const attacks: Readonly<Record<string, (params: Case['params']) => VectorAttack>> = {
  'sign-flip': () => signFlip(1),
  ipm: ({ tau = Number.NaN }) => ipm(tau),
  alie: ({ tau = Number.NaN, ddof = Number.NaN }) => alie(tau, ddof),
}

for (const [rule, make] of Object.entries(attacks))
  test(`${rule} is what the reference code computes, in every case`, () => {
    const mine = cases.filter((item) => item.rule === rule && item.conformance === 'canonical')
    assert.ok(mine.length >= 6)
    for (const { id, params, input, inputRef, expected, tol = 1e-6 } of mine) {
      const rows = input ?? (read(inputRef ?? '') as { readonly input: readonly number[][] }).input
      const honest = rows.map((row) => Float32Array.from(row))
      const forged = make(params)({ honest, random: seededRandom(1) })
      assert.equal(forged.length, expected.length, id)
      for (const [k, b] of expected.entries()) {
        const a = forged[k] ?? Number.NaN
        assert.ok(Math.abs(a - b) <= tol * (1 + Math.abs(b)), `${id}, coordinate ${k}: ${a}, expected ${b}`)
      }
    }
  })

test('gaussian has the moments that it was asked for', () => {
  const honest = [new Float32Array(20_000)]
  const forged = gaussian(3, 2)({ honest, random: seededRandom(1, 'gaussian') })
  const mean = forged.reduce((sum, x) => sum + x, 0) / forged.length
  const deviation = Math.sqrt(forged.reduce((sum, x) => sum + (x - mean) ** 2, 0) / forged.length)
  // Five standard errors: 2 / sqrt(20,000) * 5 = 0.07.
  assert.ok(Math.abs(mean - 3) < 0.07, `${mean}`)
  assert.ok(Math.abs(deviation - 2) < 0.05, `${deviation}`)
})

test('zero and nan say their value everywhere', () => {
  const sight = { honest: [Float32Array.of(1, 2)], random: seededRandom(1) }
  assert.deepEqual(constant(0)(sight), Float32Array.of(0, 0))
  assert.ok(constant(Number.NaN)(sight).every(Number.isNaN))
})

test('a single honest vector has no deviation, and ALIE says it unchanged', () => {
  const forged = alie(1.5, 1)({ honest: [Float32Array.of(1, -2)], random: seededRandom(1) })
  assert.deepEqual(forged, Float32Array.of(1, -2))
})
