/**
 * An adversary's ear: everything that is said and no secret, at the instant at which it is said. What is private it does not
 * hear.
 */
import type { Delivery } from '../mesh/mesh.ts'
import { covers, type TagPattern } from '../mesh/tag.ts'
import { Channel, untilAborted } from '../util/channel.ts'
import type { Network } from './network.ts'
import type { Publication } from './publications.ts'

/** What members said under the tags that `pattern` covers, what was said before the call included, until `signal` aborts. */
export function wiretap(
  network: Network,
  pattern: TagPattern,
  { signal }: { readonly signal: AbortSignal },
): AsyncIterable<Delivery> {
  return {
    [Symbol.asyncIterator]: () => {
      const channel = new Channel<Delivery>()
      const hear = (publication: Publication) => {
        if (publication.isOpen && covers(pattern, publication.tag)) channel.push(publication)
      }
      for (const publication of network.publications) hear(publication)
      return untilAborted(channel, signal, network.tap(hear))
    },
  }
}
