/** The networks that become kernels. By the 0-1 principle, one that is right on zeros and ones is right on all values. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type PrunedNetwork, prunedNetwork } from '../../../scripts/rank-networks.ts'
import { seededRandom } from '../../../src/util/prng.ts'

it('puts the ranks f..n-f-1 in order for all inputs of zeros and ones, for every f and up to 16 values', () => {
  for (let n = 1; n <= 16; n++) {
    const inputs = Uint32Array.from({ length: 2 ** n }, (_, input) => input)
    for (let f = 0; 2 * f < n; f++) assertRanks(n, f, n - f, inputs)
  }
})

it('puts each single rank in its place, for up to 12 values', () => {
  for (let n = 1; n <= 12; n++) {
    const inputs = Uint32Array.from({ length: 2 ** n }, (_, input) => input)
    for (let rank = 0; rank < n; rank++) assertRanks(n, rank, rank + 1, inputs)
  }
})

it('puts the ranks of up to 64 random values in order', () => {
  const random = seededRandom(1, 'networks')
  for (let n = 17; n <= 64; n++) {
    for (const f of [0, 1, Math.floor(n / 4), Math.floor((n - 1) / 2)]) {
      const network = prunedNetwork(n, f, n - f)
      for (let repeat = 0; repeat < 50; repeat++) {
        // Few different values, so that there are ties.
        const values = Array.from({ length: n }, () => random.below(1 + repeat))
        const sorted = values.toSorted((a, b) => a - b).slice(f, n - f)
        assert.deepEqual(through(network, values, Math.min, Math.max), sorted)
      }
    }
  }
})

it('needs no more steps than Batcher, 120 for sixteen values, and fewer the fewer ranks are wanted', () => {
  assert.equal(prunedNetwork(16, 0, 16).steps.length, 120)
  // Two for each of 37 comparators of Batcher; 44 is what Green's network comes to when five of its wires are left out.
  assert.ok(prunedNetwork(11, 0, 11).steps.length <= 74)
  assert.equal(prunedNetwork(11, 5, 6).steps.length, 44)
  for (let n = 3; n <= 24; n++)
    for (let f = 1; 2 * f < n; f++)
      assert.ok(prunedNetwork(n, f, n - f).steps.length < prunedNetwork(n, f - 1, n - f + 1).steps.length)
})

/** 32 inputs at a time: bit b of wire i is bit i of input b, a minimum is AND, a maximum is OR. */
function assertRanks(n: number, from: number, to: number, inputs: Uint32Array): void {
  const network = prunedNetwork(n, from, to)
  for (let start = 0; start < inputs.length; start += 32) {
    const some = inputs.subarray(start, start + 32)
    const wires = Array.from({ length: n }, (_, i) => wordOf(some, (input) => ((input >> i) & 1) === 1))
    const ranks = through(
      network,
      wires,
      (a, b) => a & b,
      (a, b) => a | b,
    )
    const expected = ranks.map((_, i) => wordOf(some, (input) => ones(input) >= n - from - i))
    assert.deepEqual(ranks, expected, `n=${n} ranks ${from}..${to - 1} from input ${start}`)
  }
}

function wordOf(inputs: Uint32Array, bit: (input: number) => boolean): number {
  return inputs.reduce((word, input, b) => (bit(input) ? word | (1 << b) : word), 0)
}

function ones(input: number): number {
  let count = 0
  for (let rest = input; rest !== 0; rest &= rest - 1) count++
  return count
}

type Choice = (a: number, b: number) => number

function through(
  { steps, ranks }: PrunedNetwork,
  values: readonly number[],
  min: Choice,
  max: Choice,
): number[] {
  const registers = [...values]
  const at = (register: number) => registers[register] as number
  for (const { value, operation, a, b } of steps)
    registers[value] = (operation === 'pmin' ? min : max)(at(a), at(b))
  return ranks.map(at)
}
