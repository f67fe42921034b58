/** What workers and servers of a test do instead of what they should. */
import { bytesOf, type Words, wordsOf } from '../../../src/agreement/two-server/ring/ring.ts'
import type { Mesh } from '../../../src/mesh/mesh.ts'
import { wrappedMesh } from '../../../src/mesh/wrapped-mesh.ts'
import type { SwarmOptions } from './swarm.ts'

type Decorate = NonNullable<SwarmOptions['decorate']>

/** The member at `liar` says under `phase/kind` what `change` makes of it: the ring's elements, its payload being a vector. */
export function changing(liar: number, name: string, change: (words: Words) => void): Decorate {
  return (mesh, position) => (position === liar ? changed(mesh, name, change) : mesh)
}

/** The member at `liar` never says `phase/kind`. */
export function withholding(liar: number, name: string): Decorate {
  return (mesh, position) => {
    if (position !== liar) return mesh
    return over(mesh, async (tag, payload, options) => {
      if (`${tag.phase}/${tag.kind}` !== name) await mesh.publish(tag, payload, options)
    })
  }
}

function changed(mesh: Mesh, name: string, change: (words: Words) => void): Mesh {
  return over(mesh, (tag, payload, options) => {
    if (`${tag.phase}/${tag.kind}` !== name) return mesh.publish(tag, payload, options)
    const words = wordsOf(new BigUint64Array(payload.slice().buffer))
    change(words)
    return mesh.publish(tag, bytesOf(words), options)
  })
}

/** Another `publish`; the members with their roles stay, and what is recorded of what it draws. */
function over(mesh: Mesh, publish: Mesh['publish']): Mesh {
  return { ...wrappedMesh(mesh, { publish }), members: mesh.members, random: mesh.random }
}

/** Adds `value` to element `k`. */
export function add(words: Words, k: number, value: bigint): void {
  const elements = new BigUint64Array(words.buffer, words.byteOffset, words.length / 2)
  elements[k] = (elements[k] ?? 0n) + value
}
