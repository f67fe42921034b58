/**
 * The exchange: say mine, gather everybody's. Every protocol is made of these.
 *
 * Assumes: at most f of the n members lie or are silent for good.
 * Guarantees: it ends once `least` members (n - f) have said something that decodes, and under `synchronous` it holds
 *   every honest vector as long as the deadline covers compute, delay, one relay and skew.
 * How:
 *   `quorum`: exactly the first `least` vectors, this peer's own included. Any f honest members may be among the missed,
 *     so a rule must do with u = f late honest vectors.
 *   `everyone`: all n, connected or not, until the deadline; then at least `least`. For meeting before the start.
 *   `synchronous`: all members until the deadline, which is counted from this peer's own start; then what is there, but at
 *     least `least`. Not waited for: who is disconnected, and who missed the deadline too often (attendance.ts).
 * Why it is safe to leave early when all are in: whatever lets one member leave is passed on to the others by the mesh, so
 *   that they start at most one relay later (docs/PROOFS.md 6). A liar that speaks to one member only gains no
 *   more than the delay of that relay.
 */
import { type CollectOptions, collect, type Gathered } from './collect.ts'
import type { Mesh } from './mesh.ts'
import type { Tag } from './tag.ts'

export type { Gathered, Wait } from './collect.ts'

export type ExchangeOptions<T> = Omit<CollectOptions<T>, 'from'>

export async function exchange<T>(
  mesh: Mesh,
  tag: Tag,
  mine: T,
  options: ExchangeOptions<T>,
): Promise<Gathered<T>> {
  await mesh.publish(tag, options.codec.encode(mine))
  return collect(mesh, tag, { ...options, from: mesh.members.map(({ peer }) => peer) })
}
