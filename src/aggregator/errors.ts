/** What a pool of threads, its memory and a stream of vectors refuse. */
import { errorsOf, type Sentences } from '../util/coded-error.ts'

export type AggregatorProblem =
  | { readonly code: 'AGGREGATOR_BAD_THREADS'; readonly threads: number; readonly maxThreads: number }
  | { readonly code: 'AGGREGATOR_BAD_STRIPES'; readonly stripes: number }
  | { readonly code: 'AGGREGATOR_BAD_SIZE'; readonly n: number; readonly d: number }
  | { readonly code: 'AGGREGATOR_MEMORY_FULL'; readonly wantedBytes: number; readonly usedBytes: number }
  | { readonly code: 'AGGREGATOR_NOT_ALLOCATED'; readonly position: number }
  | { readonly code: 'AGGREGATOR_BAD_RESULT'; readonly length: number; readonly expected: number }
  | { readonly code: 'AGGREGATOR_WORKER_DIED'; readonly reason: string }
  | { readonly code: 'AGGREGATOR_CLOSED' }
  | {
      readonly code: 'AGGREGATOR_BAD_BLOCK'
      readonly from: number
      readonly rows: number
      readonly expected: number
    }
  | { readonly code: 'AGGREGATOR_RAGGED_BLOCK'; readonly from: number; readonly position: number }
  | { readonly code: 'AGGREGATOR_WRONG_LENGTH'; readonly coordinates: number; readonly expected: number }

export const aggregatorSentences: Sentences<AggregatorProblem> = {
  AGGREGATOR_BAD_THREADS: ({ threads, maxThreads }) =>
    `there cannot be ${threads} threads: give a whole number from 1 to ${maxThreads}`,
  AGGREGATOR_BAD_STRIPES: ({ stripes }) =>
    `a block of a stream cannot have ${stripes} stripes: give a whole number from 1 up`,
  AGGREGATOR_BAD_SIZE: ({ n, d }) =>
    `${n} vectors of ${d} coordinates cannot be allocated: give whole numbers from 1 up`,
  AGGREGATOR_MEMORY_FULL: ({ wantedBytes, usedBytes }) =>
    `there is no room for ${wantedBytes} bytes more in the 4 GiB that threads can share, of which ${usedBytes} are taken: release vectors, or use aggregateStream`,
  AGGREGATOR_NOT_ALLOCATED: ({ position }) =>
    `vector ${position} is none that this aggregator allocated, is a part of one, or was released: give the vectors that allocate returned`,
  AGGREGATOR_BAD_RESULT: ({ length, expected }) =>
    `the vector for the result has ${length} coordinates, or was not allocated for it alone: allocate one of ${expected} that is no input`,
  AGGREGATOR_WORKER_DIED: ({ reason }) =>
    `a thread of the aggregator ended by itself (${reason}): close the aggregator and create another`,
  AGGREGATOR_CLOSED: () => 'the aggregator is closed: create another',
  AGGREGATOR_BAD_BLOCK: ({ from, rows, expected }) =>
    `the block at coordinate ${from} has ${rows} rows and the source announces ${expected}: give each vector's part in every block`,
  AGGREGATOR_RAGGED_BLOCK: ({ from, position }) =>
    `in the block at coordinate ${from} row ${position} is not as long as row 0: cut all vectors at the same coordinates`,
  AGGREGATOR_WRONG_LENGTH: ({ coordinates, expected }) =>
    `the source gave ${coordinates} coordinates and announces ${expected}: give the same vectors whole, in every pass`,
}

export const aggregatorError = errorsOf(aggregatorSentences)
