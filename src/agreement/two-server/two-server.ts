/**
 * Two-server secure aggregation (He, Karimireddy, Jaggi, "Secure Byzantine-Robust Machine Learning", arXiv 2006.04747).
 *
 * Assumes: n workers, at most f of which lie or are late, with n and f as the rule needs them; two servers and a dealer that
 *   keep to the protocol, and no two of which put together what they have seen; links that nobody else can read.
 * Guarantees: the result is that of the rule on the workers' clipped vectors, up to the rounding of fixed point. The first
 *   server learns it and nothing else, the second the distances of the vectors and nothing else, the dealer nothing.
 * How, at each step:
 *   1. a worker shares its gradient between the servers                                  worker.ts
 *   2. they check on their shares that it is in range                                    range-check.ts, opening.ts
 *   3. they compute shares of the distances, which the first says to the second          on-shares.ts
 *   4. the second runs the rule on them, which ends in weights                           selection.ts
 *   5. they compute shares of the weighted mean, which the second says to the first      on-shares.ts
 *   6. the first publishes it, and all step                                              first-server.ts
 * Why: each half of a shared vector is uniform by itself, and so is whatever is opened, because it is masked with something
 *   that the dealer drew for this step alone (triples.ts).
 * Changes from the paper: docs/protocols/two-server.md.
 */
import type { Mesh } from '../../mesh/mesh.ts'
import type { Learner } from '../../model/learner.ts'
import { roleOf } from '../roles.ts'
import { roles } from './cast.ts'
import { dealer } from './dealer.ts'
import { firstServer } from './first-server.ts'
import type { TwoServerOptions, TwoServerReport } from './report.ts'
import { secondServer } from './second-server.ts'
import { worker } from './worker.ts'

/**
 * The part that the roster gives this member. Of a learner, the second server and the dealer use the dimension alone.
 *
 * @throws AGREEMENT_ROLES, AGREEMENT_TWO_SERVER_OVERFLOW, and, at a server, AGREEMENT_TWO_SERVER_TOO_FEW
 */
export function twoServer(
  mesh: Mesh,
  learner: Learner,
  options: TwoServerOptions,
): AsyncGenerator<TwoServerReport, void, undefined> {
  switch (roleOf(mesh.self, mesh.members, Object.values(roles))) {
    case roles.worker:
      return worker(mesh, learner, options)
    case roles.first:
      return firstServer(mesh, learner, options)
    case roles.second:
      return secondServer(mesh, learner.dimension, options)
    case roles.dealer:
      return dealer(mesh, learner.dimension, options)
  }
}
