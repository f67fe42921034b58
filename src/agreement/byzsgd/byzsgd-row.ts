/** ByzSGD as a protocol among others. */
import { oneOf, whole, wordOr } from '../../util/parameter.ts'
import { protocolRow } from '../protocol.ts'
import { byzsgd } from './byzsgd.ts'

export const byzsgdRow = protocolRow(
  "ByzSGD: replicated servers, none of them trusted; workers take the median of the models that servers say, servers the rule of the gradients, and the median of each other's models every few steps. The paper's rule is mda.",
  {
    servers: whole(1, 100, 5),
    serverF: wordOr('most', ['most'], whole(0, 100, 0)),
    gather: whole(1, 1_000_000, 1),
    contract: oneOf('median', 'trmean'),
  },
  (settings) =>
    byzsgd({
      ...settings,
      needed: { servers: { slope: 3, offset: 2 }, workers: { slope: 3, offset: 1 } },
    }),
)
