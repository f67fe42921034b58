/** The protocols that there are. A new one is a folder of its own and a row here. */
import { learnRow } from './learn-row.ts'
import type { ProtocolRow } from './protocol.ts'

export const protocolTable: Readonly<Record<string, ProtocolRow>> = {
  learn: learnRow,
}
