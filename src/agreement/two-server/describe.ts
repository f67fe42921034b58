/**
 * The tags of two-server aggregation, for the mesh, before it takes a byte. Whatever could tell of a vector is for its
 * recipient alone; to all go the challenge and the result.
 *
 *     triple/first, triple/second    dealer -> that server      a seed
 *     triple/correction              dealer -> second server    what is missing to the products
 *     share/seed                     worker -> first server     a seed: the first half of its vector
 *     share/rest                     worker -> second server    the other half
 *     share/have/p=i                 second -> first server     the second half of worker i is here
 *     share/challenge                first server -> all        a seed for signs, and whose halves are both here
 *     check/seed, rest, have/p=i     as with shares             the bits of the range proof
 *     check/proven                   first -> second server     whose proof is here
 *     check/opened, check/digest     server <-> server          masked bits, and digests of what must be zero
 *     distance/opened/p=i            server <-> server          the masked vector of worker i
 *     distance/share                 first -> second server     its shares of the distances
 *     weight/masked, weight/rest     second -> first server     masked weights, and its share of the result
 *     result/value                   first server -> all        the weighted mean
 */
import { bytesOf, type Codec, f32, u64 } from '../../mesh/codec.ts'
import type { Describe, Description, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import { sha256Bytes } from '../../util/digest.ts'
import { wordOf } from '../describe.ts'
import { reportBytes } from '../witness.ts'
import { type FixedPoint, rangeOf } from './range.ts'
import { proofLength } from './range-check.ts'
import { seedBytes } from './ring/ring.ts'
import { correctionLength, type Sizes } from './triples.ts'

export interface TwoServerSizes {
  /** n: members with the role `worker`. */
  readonly workers: number
  readonly fixedPoint: FixedPoint
  /** @default true */
  readonly checksRange?: boolean | undefined
}

/**
 * What everything is measured by, for a model of `dimension` parameters.
 *
 * @throws AGREEMENT_TWO_SERVER_OVERFLOW
 */
export function sizesOf(
  dimension: number,
  { workers, fixedPoint, checksRange = true }: TwoServerSizes,
): Sizes {
  const { bits } = rangeOf(fixedPoint, dimension)
  return { workers, dimension, proof: checksRange ? proofLength(bits) : 0 }
}

/** The codec of each kind of message. */
export function codecsOf(sizes: Sizes) {
  const { workers: n, dimension, proof } = sizes
  const seed = bytesOf(seedBytes)
  const named = bytesOf(reportBytes(n))
  const vector = u64(dimension)
  return {
    triple: { first: seed, second: seed, correction: u64(correctionLength(sizes)) },
    share: { seed, rest: vector, have: bytesOf(1), challenge: bytesOf(seedBytes + reportBytes(n)) },
    check: {
      seed,
      rest: u64(proof),
      have: bytesOf(1),
      proven: named,
      opened: u64(n * proof),
      digest: bytesOf(n * sha256Bytes),
    },
    distance: { opened: vector, share: u64((n * (n - 1)) / 2) },
    weight: { masked: u64(n + 1), rest: vector },
    result: { value: f32(dimension) },
  }
}

const forAll = new Set(['share/challenge', 'result/value'])
/** Of each worker one, its position among the workers as their part. */
const perWorker = new Set(['share/have', 'check/have', 'distance/opened'])

/**
 * For a model of `dimension` parameters.
 *
 * @throws AGREEMENT_TWO_SERVER_OVERFLOW
 */
export function describeTwoServer(dimension: number, options: TwoServerSizes): Describe {
  const sizes = sizesOf(dimension, options)
  const table = new Map<string, Description>()
  for (const [phase, kinds] of Object.entries(codecsOf(sizes)) as [string, Record<string, Codec<unknown>>][])
    for (const [kind, codec] of Object.entries(kinds)) {
      const name = `${phase}/${kind}`
      const audience = forAll.has(name) ? 'all' : 'recipients'
      if (phase !== 'check' || sizes.proof > 0)
        table.set(name, { maxBytes: codec.byteLength ?? 0, codec, audience })
    }
  return (tag) => {
    const { phase, kind, hop, origin, part } = tag
    const name = `${phase}/${kind}`
    if (hop !== 0 || origin !== undefined || (part !== undefined) !== perWorker.has(name)) return undefined
    return part === undefined || part < sizes.workers ? (table.get(name) ?? wordOf(tag)) : undefined
  }
}

/** The tag of `phase/kind` in a step. */
export function tagOf(step: Step, phase: string, kind: string, part?: number): Tag {
  return { step, phase, kind, hop: 0, ...(part !== undefined && { part }) }
}

/** What all members together say in a step when nobody is absent: messages, one a recipient, and bytes of payload. */
export function saidInStep(dimension: number, options: TwoServerSizes) {
  const sizes = sizesOf(dimension, options)
  const { workers: n, proof } = sizes
  const vector = 8 * dimension
  const halves = n * (seedBytes + 1)
  const others = n + 2
  const toAll = others * (seedBytes + reportBytes(n) + 4 * dimension)
  const servers = 2 * n * vector + 4 * n * (n - 1) + 8 * (n + 1) + vector
  const dealt = 2 * seedBytes + 8 * correctionLength(sizes)
  const checked = halves + n * 8 * proof + reportBytes(n) + 2 * (8 * n * proof + n * sha256Bytes)
  return {
    messages: 3 + 3 * n + 2 * others + 2 * n + 3 + (proof > 0 ? 3 * n + 5 : 0),
    bytes: dealt + halves + n * vector + toAll + servers + (proof > 0 ? checked : 0),
  }
}

/** What one member says to one other in a step at most: the servers to each other, or the dealer to the second. */
export function mostSaidInStep(dimension: number, options: TwoServerSizes) {
  const sizes = sizesOf(dimension, options)
  const { workers: n, proof } = sizes
  const opened = 8 * n * (dimension + proof) + n * sha256Bytes
  const toFirst = opened + 2 * n + 8 * (n + 1) + 8 * dimension
  const toSecond = opened + seedBytes + 2 * reportBytes(n) + 4 * n * (n - 1) + 4 * dimension
  const dealt = seedBytes + 8 * correctionLength(sizes)
  return { messages: Math.max(3 * n + 4, n + 6), bytes: Math.max(toFirst, toSecond, dealt) }
}
