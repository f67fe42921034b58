/** The protocols that there are. A new one is a folder of its own and a row here. */
import { aggregathorRow } from './aggregathor/aggregathor-row.ts'
import { allreduceRow } from './baseline/allreduce.ts'
import { gossipAverageRow } from './baseline/gossip-average.ts'
import { localSgdRow } from './baseline/local-sgd.ts'
import { psAverageRow } from './baseline/ps-average.ts'
import { btardRow } from './btard/btard-row.ts'
import { byzsgdRow } from './byzsgd/byzsgd-row.ts'
import { guanyuRow } from './byzsgd/guanyu-row.ts'
import { dracoRow } from './draco/draco-row.ts'
import { clippedGossipRow, csPlusRow, gtsRow } from './gossip-clipping/gossip-rows.ts'
import { kardamRow } from './kardam/kardam-row.ts'
import { learnRow } from './learn-row.ts'
import { liubeiRow } from './liubei/liubei-row.ts'
import { monnaRow } from './monna/monna-row.ts'
import type { ProtocolRow } from './protocol.ts'
import { rpelRow } from './rpel/rpel-row.ts'
import { twoServerRow } from './two-server/two-server-row.ts'

export const protocolTable: Readonly<Record<string, ProtocolRow>> = {
  learn: learnRow,
  aggregathor: aggregathorRow,
  draco: dracoRow,
  'two-server': twoServerRow,
  guanyu: guanyuRow,
  byzsgd: byzsgdRow,
  liubei: liubeiRow,
  monna: monnaRow,
  rpel: rpelRow,
  btard: btardRow,
  'ps-average': psAverageRow,
  'gossip-average': gossipAverageRow,
  allreduce: allreduceRow,
  'local-sgd': localSgdRow,
  'clipped-gossip': clippedGossipRow,
  'cs-plus': csPlusRow,
  gts: gtsRow,
  kardam: kardamRow,
}
