/** Where this peer computes its rules: on threads of their own, from the memory into which vectors are received. */

import { type AggregatorOptions, createAggregator } from '../aggregator/aggregator.ts'
import type { Combine } from '../agreement/rule.ts'
import { heapMemory, type PayloadMemory } from '../peer/payload-memory.ts'
import type { Cleanup } from '../util/cleanup.ts'
import { isCoded } from '../util/coded-error.ts'

export interface OpenedAggregator {
  readonly combine: Combine
  readonly memory: PayloadMemory
}

/** @throws AGGREGATOR_BAD_THREADS; GAR_NO_SIMD where SIMD is asked for and missing */
export function openAggregator(options: AggregatorOptions, cleanup: Cleanup): OpenedAggregator {
  const aggregator = createAggregator(options)
  cleanup.add(() => aggregator.close())
  const vectors = new Map<Uint8Array, Float32Array>()
  return {
    combine: ({ prepare, aggregate }, ...call) =>
      prepare === undefined
        ? aggregate(...call)
        : aggregator.run({ prepare }, ...call).catch((error: unknown) => {
            // Vectors that do not lie where the threads read need room there for copies; here they need none.
            if (isCoded(error, 'AGGREGATOR_MEMORY_FULL')) return aggregate(...call)
            throw error
          }),
    memory: {
      take(byteLength) {
        if (byteLength === 0 || byteLength % Float32Array.BYTES_PER_ELEMENT !== 0)
          return heapMemory.take(byteLength)
        try {
          const [vector] = aggregator.allocate(1, byteLength / Float32Array.BYTES_PER_ELEMENT)
          if (vector === undefined) return heapMemory.take(byteLength)
          const place = new Uint8Array(vector.buffer, vector.byteOffset, byteLength)
          vectors.set(place, vector)
          return place
        } catch (error) {
          // Rules over vectors elsewhere are slower, and nothing is lost.
          if (isCoded(error, 'AGGREGATOR_MEMORY_FULL')) return heapMemory.take(byteLength)
          throw error
        }
      },
      release(place) {
        const vector = vectors.get(place)
        vectors.delete(place)
        if (vector !== undefined) aggregator.release([vector])
      },
    },
  }
}
