/** A mesh with some of its methods replaced: for those who stand between a protocol and its mesh. */
import type { Mesh } from './mesh.ts'

/** What may be replaced. Who the members are, what time it is and what chance brings cannot. */
export type MeshChanges = Partial<Omit<Mesh, 'self' | 'members' | 'clock' | 'random'>>

/** `mesh`, which is not changed itself, with `changes` in the place of its own methods. */
export function wrappedMesh(mesh: Mesh, changes: MeshChanges): Mesh {
  return {
    self: mesh.self,
    members: mesh.members,
    clock: mesh.clock,
    random: mesh.random,
    publish: (tag, payload, options) => mesh.publish(tag, payload, options),
    offer: (tag, payload) => mesh.offer(tag, payload),
    listen: (pattern, options) => mesh.listen(pattern, options),
    ask: (peer, tag, options) => mesh.ask(peer, tag, options),
    presence: (options) => mesh.presence(options),
    blame: (fault) => mesh.blame(fault),
    advance: (step) => mesh.advance(step),
    ...changes,
  }
}
