/**
 * The attack of docs/PROOFS.md 6: a liar speaks to one honest member only, the same in every round. That one has all n and
 * leaves early; the others wait for the liar until the deadline, and come too late for the one's next deadline.
 */
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import { exchange, type Wait } from '../../src/mesh/exchange.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { uniform } from '../../src/sim/latency.ts'
import { simulate } from '../../src/sim/world.ts'
import { unwatched } from '../sim/seeded.ts'

export interface SelectiveSilence {
  /** Whether members pass on what they hear. */
  readonly relay: boolean
  readonly deadlineMs: number
  readonly rounds: number
  readonly seed: number
}

const codec = f32(1)
const never = new AbortController().signal
const value = (step: number): Tag => ({ step, phase: 'gradient', kind: 'value', hop: 0 })

/** Honest vectors that honest members missed, in all rounds together; three honest members and one liar, 1 to 10 ms apart. */
export async function selectiveSilence(
  { relay, deadlineMs, rounds, seed }: SelectiveSilence,
  watch = unwatched,
) {
  const description = { maxBytes: 64, codec, audience: relay ? 'all' : 'recipients' } as const
  const latency = uniform(1, 10)
  const { clock, meshes } = watch(simulate({ n: 4, seed, describe: () => () => description, latency }))
  const honest = meshes.slice(0, 3)
  const liar = meshes[3] as Mesh
  let missed = 0
  const run = honest.map(async (mesh) => {
    // Never let go of the liar: the attack is on the deadline itself.
    const wait: Wait = { policy: 'synchronous', deadlineMs, attendance: new Attendance(1e9) }
    for (let step = 1; step <= rounds; step++) {
      mesh.advance(step)
      const options = { codec, wait, least: 3, signal: never }
      const said = Float32Array.of(step)
      const { heard } = await exchange(relay ? mesh : toEach(mesh), value(step), said, options)
      missed += honest.filter(({ self }) => !heard.some(({ peer }) => peer === self)).length
    }
  })
  const lie = async () => {
    const victim = honest[0] as Mesh
    for (let step = 1; step <= rounds; step++) {
      liar.advance(step)
      await liar.publish(value(step), codec.encode(Float32Array.of(9)), { to: [victim.self] })
      for await (const { from } of liar.listen(value(step), { signal: never }))
        if (from === victim.self) break
    }
  }
  await clock.until(Promise.all([...run, lie()]))
  return { missed, perRound: missed / rounds }
}

/** Under a tag for recipients alone everything is said to each, and nothing is passed on. */
function toEach(mesh: Mesh): Mesh {
  const everyone = mesh.members.map(({ peer }) => peer)
  return new Proxy(mesh, {
    get: (target, key) => {
      if (key === 'publish')
        return (tag: Tag, payload: Uint8Array) => target.publish(tag, payload, { to: everyone })
      const member: unknown = Reflect.get(target, key)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
