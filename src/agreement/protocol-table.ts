/** The protocols that there are. A new one is a folder of its own and a row here. */
import { dracoRow } from './draco/draco-row.ts'
import { learnRow } from './learn-row.ts'
import type { ProtocolRow } from './protocol.ts'
import { twoServerRow } from './two-server/two-server-row.ts'

export const protocolTable: Readonly<Record<string, ProtocolRow>> = {
  learn: learnRow,
  draco: dracoRow,
  'two-server': twoServerRow,
}
