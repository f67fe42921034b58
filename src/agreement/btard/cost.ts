/** What BTARD says, counted from its text (docs/protocols/btard.md, "Cost of a step"). */
import { sha256Bytes } from '../../util/digest.ts'
import type { ProtocolPlan, Said } from '../protocol.ts'
import { reportBytes } from '../witness.ts'
import { nonceBytes } from './public-randomness.ts'
import { exchangePhases } from './tags.ts'

interface Sizes extends Pick<ProtocolPlan, 'n' | 'f' | 'dimension'> {
  /** m. */
  readonly validators: number
}

/** All together, where nobody is absent or lies: each exchange ends with DONE. */
export function costOf({ n, dimension, validators: m }: Sizes): Said {
  const c = n - m
  const each = n * (n - 1)
  const payloads =
    (c * sha256Bytes * (c + 1) + m * sha256Bytes) * (n - 1) +
    4 * dimension * (n - 1) +
    nonceBytes * each +
    16 * c * c * (n - 1) +
    (reportBytes(c) + reportBytes(n)) * each
  const views = sha256Bytes * (3 * n + 2 * c) * each
  return {
    messages: (3 * n + 2 * c) * (n - 1) + 2 * exchangePhases.length * each + c * (c - 1),
    bytes: payloads + views + exchangePhases.length * sha256Bytes * each + 4 * dimension * (c - 1),
  }
}

/** By one member to one other: with kings, and copies for those to whom f liars said something else. */
export function mostSaidOf({ n, f, dimension, validators: m }: Sizes): Said {
  const column = 4 * Math.ceil(dimension / Math.max(1, n - f - m))
  const payloads = [sha256Bytes * (n + 1), column, nonceBytes, 16 * n, 2 * reportBytes(n)]
  const view = sha256Bytes * n
  const messages = exchangePhases.length * (1 + f + (f + 2) + 1 + 1) + 1
  const ofExchange = (payload: number) => (1 + f) * payload + (f + 3) * view + sha256Bytes
  return { messages, bytes: payloads.map(ofExchange).reduce((sum, bytes) => sum + bytes, column) }
}
