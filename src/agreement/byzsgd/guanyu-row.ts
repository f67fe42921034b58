/** GuanYu as a protocol among others: ByzSGD's first version. */
import { oneOf, whole, wordOr } from '../../util/parameter.ts'
import { protocolRow } from '../protocol.ts'
import { byzsgd } from './byzsgd.ts'

export const guanyuRow = protocolRow(
  "GuanYu, the first version of ByzSGD: servers exchange models at every step, and there are more of them for the same number of liars. The paper's rule is multikrum.",
  {
    servers: whole(1, 100, 6),
    serverF: wordOr('most', ['most'], whole(0, 100, 0)),
    contract: oneOf('median', 'trmean'),
  },
  (settings) =>
    byzsgd({
      ...settings,
      gather: 1,
      needed: { servers: { slope: 3, offset: 3 }, workers: { slope: 3, offset: 3 } },
    }),
)
