import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PayloadMemory, StepMemory } from '../../src/peer/payload-memory.ts'

/** Counts what is out. */
function counting(): PayloadMemory & { readonly out: Set<Uint8Array> } {
  const out = new Set<Uint8Array>()
  return {
    out,
    take(byteLength) {
      const place = new Uint8Array(byteLength)
      out.add(place)
      return place
    },
    release(place) {
      assert.ok(out.delete(place), 'given back once')
    },
  }
}

test('the places of a step are given back when it is forgotten, once, and no others', () => {
  const memory = counting()
  const steps = new StepMemory(memory)
  const [first, second, third] = [steps.take(1, 8), steps.take(1, 16), steps.take(2, 8)]
  steps.forgetBefore(1)
  assert.deepEqual(memory.out, new Set([first, second, third]))
  steps.forgetBefore(2)
  assert.deepEqual(memory.out, new Set([third]))
  assert.deepEqual([steps.isForgotten(1), steps.isForgotten(2)], [true, false])
  steps.forgetBefore(1)
  steps.forgetBefore(3)
  assert.equal(memory.out.size, 0)
})

test('what comes after its step was forgotten gets a place that is never used again', () => {
  const memory = counting()
  const steps = new StepMemory(memory)
  steps.forgetBefore(5)
  assert.equal(steps.take(4, 8).byteLength, 8)
  assert.equal(memory.out.size, 0)
})
