/** The protocols that there are. A new one is a folder of its own and a row here. */
import { aggregathorRow } from './aggregathor/aggregathor-row.ts'
import { dracoRow } from './draco/draco-row.ts'
import { learnRow } from './learn-row.ts'
import { monnaRow } from './monna/monna-row.ts'
import type { ProtocolRow } from './protocol.ts'
import { rpelRow } from './rpel/rpel-row.ts'
import { twoServerRow } from './two-server/two-server-row.ts'

export const protocolTable: Readonly<Record<string, ProtocolRow>> = {
  learn: learnRow,
  aggregathor: aggregathorRow,
  draco: dracoRow,
  'two-server': twoServerRow,
  monna: monnaRow,
  rpel: rpelRow,
}
