/** Which samples a step uses, and what they are as numbers. */
import { seededRandom } from '../util/prng.ts'
import { classes, type Dataset, imageSize } from './dataset.ts'
import { dataError } from './errors.ts'

export interface BatchKey {
  readonly seed: number
  /** Position of the share's owner among the members. */
  readonly member: number
  /** Counted from 1. */
  readonly step: number
}

/**
 * `batch` different positions in a share of `samples`, every set of that size equally likely, each step anew: the
 * sampling that the convergence proofs assume. A function of its arguments alone, so a step can be computed again.
 *
 * @throws DATA_BATCH_TOO_LARGE
 */
export function drawBatch(key: BatchKey, samples: number, batch: number): Uint32Array {
  if (batch > samples) throw dataError({ code: 'DATA_BATCH_TOO_LARGE', batch, samples })
  const random = seededRandom(key.seed, 'batch', key.member, key.step)
  // Floyd's sampling: Bentley and Floyd, "A sample of brilliance", CACM 30 (1987).
  const drawn = new Set<number>()
  for (let last = samples - batch; last < samples; last++) {
    const candidate = random.below(last + 1)
    drawn.add(drawn.has(candidate) ? last : candidate)
  }
  return Uint32Array.from(drawn)
}

/** Samples as a model takes them. */
export interface Batch {
  /** [size][28][28][1], 0 to 1. */
  readonly images: Float32Array
  /** [size][10], one-hot. */
  readonly labels: Float32Array
  readonly size: number
}

/** What each byte of an image is as a number. */
const brightness = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/**
 * The samples at `positions` of `data`, converted.
 *
 * @param room takes the images: [size][28][28][1]; a new vector if absent
 */
export function gatherBatch(
  data: Dataset,
  positions: Uint32Array,
  room: Float32Array = new Float32Array(positions.length * imageSize),
): Batch {
  const labels = new Float32Array(positions.length * classes)
  positions.forEach((position, row) => {
    const image = data.images.subarray(position * imageSize, (position + 1) * imageSize)
    convert(image, room, row * imageSize)
    labels[row * classes + Number(data.labels[position])] = 1
  })
  return { images: room, labels, size: positions.length }
}

/** Writes what the bytes are as numbers to `to` on. */
function convert(bytes: Uint8Array, numbers: Float32Array, to: number): void {
  for (let i = 0; i < bytes.length; i++) numbers[to + i] = brightness[bytes[i] as number] as number
}

/** The samples from `start` up to `end`, in order: for evaluation. `room` as in `gatherBatch`. */
export function sliceBatch(data: Dataset, start: number, end: number, room?: Float32Array): Batch {
  return gatherBatch(
    data,
    Uint32Array.from({ length: end - start }, (_, i) => start + i),
    room,
  )
}
