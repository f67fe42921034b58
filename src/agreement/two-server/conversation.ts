/** One step as a role has it: what it says to whom, what it waits for from whom. */
import type { Codec } from '../../mesh/codec.ts'
import type { Mesh, PeerId, Step } from '../../mesh/mesh.ts'
import type { Tag } from '../../mesh/tag.ts'
import type { Cast } from './cast.ts'
import { codecsOf, tagOf } from './describe.ts'
import { bytesOf, type Ring, type Words, wordsOf } from './ring/ring.ts'
import type { Sizes } from './triples.ts'

/** What does not change from step to step. */
export interface Stage {
  readonly mesh: Mesh
  readonly cast: Cast
  readonly ring: Ring
  readonly sizes: Sizes
  readonly signal: AbortSignal
}

export class Conversation {
  readonly step: Step
  readonly stage: Stage
  readonly codecs: ReturnType<typeof codecsOf>

  constructor(stage: Stage, step: Step) {
    this.stage = stage
    this.step = step
    this.codecs = codecsOf(stage.sizes)
  }

  tag(phase: string, kind: string, part?: number): Tag {
    return tagOf(this.step, phase, kind, part)
  }

  /** Says something to one member alone, or to all. */
  async say(tag: Tag, payload: Uint8Array, to?: PeerId): Promise<void> {
    await this.stage.mesh.publish(tag, payload, to === undefined ? {} : { to: [to] })
  }

  /** What `from` says under `tag`; waits until it is there. Whoever else says something under it is blamed. */
  async hear<T>(tag: Tag, from: PeerId, codec: Codec<T>): Promise<T> {
    const { mesh, signal } = this.stage
    for await (const delivery of mesh.listen(tag, { signal })) {
      if (delivery.from !== from) {
        mesh.blame({ peer: delivery.from, kind: 'AGREEMENT_WRONG_ROLE', tag })
        continue
      }
      const decoded = codec.decode(delivery.payload)
      if ('value' in decoded) return decoded.value
      mesh.blame({ peer: from, kind: decoded.fault, tag })
    }
    throw signal.reason
  }

  /** The same for vectors of the ring. */
  async hearWords(tag: Tag, from: PeerId, codec: Codec<BigUint64Array>): Promise<Words> {
    return wordsOf(await this.hear(tag, from, codec))
  }

  /** Opens a shared vector to both servers: says this one's share to the other, and adds the other's. */
  async open(tag: Tag, mine: Words, other: PeerId, codec: Codec<BigUint64Array>): Promise<Words> {
    await this.say(tag, bytesOf(mine), other)
    return this.stage.ring.add(mine, await this.hearWords(tag, other, codec))
  }
}
