/** What the others hear of a liar: four members in virtual time, the last of which lies. */
import assert from 'node:assert/strict'
import { parseAttack } from '../../src/attack/attacks.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import { exchange } from '../../src/mesh/exchange.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { uniform } from '../../src/sim/latency.ts'
import { simulate } from '../../src/sim/world.ts'
import { type Seeded, seeded } from '../sim/seeded.ts'
import { plainAverage } from './helpers.ts'

const n = 4
const steps = 8
const deadlineMs = 1000
const codec = f32(1)
const never = new AbortController().signal

interface Heard {
  /** By step from 1: what the honest members 0 to 2 heard of the liar, undefined where nothing. */
  readonly ofLiar: readonly (readonly (number | undefined)[])[]
  readonly faults: ReadonlySet<string>
  readonly trace: readonly string[]
  /** How long each step took, in virtual time. */
  readonly ms: readonly number[]
}

/** At each step member i says 10 step + i, in one synchronous exchange. Members `liars` attack together. */
async function heard(
  { seed, watch }: Pick<Seeded, 'seed' | 'watch'>,
  attack: string,
  liars: readonly number[] = [3],
): Promise<Heard> {
  const describe = () => () => ({ maxBytes: 4, codec, audience: 'all' }) as const
  const trace: string[] = []
  const onTrace = (line: string) => trace.push(line)
  const world = watch(simulate({ n, seed, describe, latency: uniform(1, 10), onTrace }))
  const { clock, meshes, blames } = world
  const colluders = new Set(liars.map((i) => meshes[i]?.self ?? ''))
  const conspiracy = { colluders, rushMs: 100, aggregateOf: () => plainAverage }
  const liar = meshes[3]?.self
  const ofLiar = Array.from({ length: steps }, (): (number | undefined)[] => [])
  const ended: number[] = []
  const take = async (mesh: Mesh, position: number) => {
    const attendance = new Attendance(1000)
    const seen = liars.includes(position) ? parseAttack(attack).misbehave(mesh, conspiracy) : mesh
    for (let step = 1; step <= steps; step++) {
      seen.advance(step)
      const tag = { step, phase: 'gradient', kind: 'value', hop: 0 }
      const wait = { policy: 'synchronous', deadlineMs, attendance } as const
      const mine = Float32Array.of(10 * step + position)
      const gathered = await exchange(seen, tag, mine, { codec, wait, least: n - 1, signal: never })
      const row = ofLiar[step - 1]
      if (position < 3 && row !== undefined)
        row[position] = gathered.heard.find(({ peer }) => peer === liar)?.value[0]
      if (position === 0) ended.push(clock.now())
    }
  }
  await clock.until(Promise.all(meshes.map(take)))
  const faults = new Set(blames.map(({ peer, kind }) => `${kind} by ${peer}`))
  const ms = ended.map((at, i) => at - (ended[i - 1] ?? 0))
  return { ofLiar, faults, trace, ms }
}

const truth = (step: number) => 10 * step + 3
const all = (value: number | undefined) => [value, value, value]
const eachStep = (value: (step: number) => number | undefined) =>
  Array.from({ length: steps }, (_, i) => all(value(i + 1)))

seeded('a liar that forges says one vector to all, made of what the honest said', async (seeded) => {
  const { ofLiar, faults } = await heard(seeded, 'sign-flip')
  assert.deepEqual(
    ofLiar,
    eachStep((step) => -(10 * step + 1)),
  )
  assert.equal(faults.size, 0)
})

seeded('an attack from step 4 on is honest before', async (seeded) => {
  const { ofLiar } = await heard(seeded, 'zero:from=4')
  assert.deepEqual(
    ofLiar,
    eachStep((step) => (step < 4 ? truth(step) : 0)),
  )
})

seeded('liars who attack in every second step take turns', async (seeded) => {
  const turnsOfLast = eachStep((step) => ((step + 1) % 2 === 0 ? 0 : truth(step)))
  const { ofLiar } = await heard(seeded, 'zero:every=2', [2, 3])
  assert.deepEqual(
    ofLiar.map(([first, second]) => [first, second]),
    turnsOfLast.map(([first, second]) => [first, second]),
  )
  // By itself the same liar has another rank, and other turns.
  const { ofLiar: alone } = await heard(seeded, 'zero:every=2')
  assert.deepEqual(
    alone,
    eachStep((step) => (step % 2 === 0 ? 0 : truth(step))),
  )
})

seeded('a silent liar is heard by nobody', async (seeded) => {
  const { ofLiar } = await heard(seeded, 'silent')
  assert.deepEqual(
    ofLiar,
    eachStep(() => undefined),
  )
})

seeded('what a liar says to one member alone reaches all: whoever hears it passes it on', async (seeded) => {
  const { ofLiar, ms } = await heard(seeded, 'withhold:hearers=1')
  assert.deepEqual(ofLiar, eachStep(truth))
  assert.ok(
    ms.every((took) => took < 40),
    `${ms}`,
  )
})

seeded(
  'a liar that is late by less than the deadline slows every step and is heard; by more, it is not',
  async (seeded) => {
    const slow = await heard(seeded, 'delay:ms=500')
    assert.deepEqual(slow.ofLiar, eachStep(truth))
    assert.ok(
      slow.ms.every((took) => took > 480 && took < deadlineMs),
      `${slow.ms}`,
    )
    const late = await heard(seeded, 'delay:ms=3000')
    assert.deepEqual(
      late.ofLiar,
      eachStep(() => undefined),
    )
  },
)

seeded('a liar that replays says what it said three steps ago, once there is something', async (seeded) => {
  const { ofLiar, faults } = await heard(seeded, 'replay:age=3')
  assert.deepEqual(
    ofLiar,
    eachStep((step) => truth(step > 3 ? step - 3 : step)),
  )
  assert.equal(faults.size, 0, 'nobody can tell it from a vector of now')
})

seeded(
  'what is said again under the tag of an old step is dropped, and the truth beside it is heard',
  async (seeded) => {
    const { ofLiar, trace, faults } = await heard(seeded, 'stale:age=5')
    assert.deepEqual(ofLiar, eachStep(truth))
    assert.equal(faults.size, 0)
    const plain = await heard(seeded, 'label-flip')
    // Steps 6, 7 and 8 say 1, 2 and 3 again to three others each.
    assert.equal(trace.length - plain.trace.length, 3 * 3)
  },
)

seeded('a flood of tags costs the others deliveries and changes nothing that they hear', async (seeded) => {
  const [flood, plain] = [await heard(seeded, 'flood:count=20'), await heard(seeded, 'label-flip')]
  assert.deepEqual(flood.ofLiar, plain.ofLiar)
  // Of the last step, what is still on its way when the honest are done does not count.
  assert.ok(flood.trace.length >= plain.trace.length + 20 * 3 * (steps - 1))
})

seeded('a flood beyond what a member may hold is blamed, and the flooder alone', async (seeded) => {
  const { faults } = await heard(seeded, 'flood:count=300')
  assert.deepEqual([...faults], ['MESH_TOO_MANY_PENDING by p003'])
})

seeded(
  'an equivocator tells some members one thing and the rest another, and is found out',
  async (seeded) => {
    const { ofLiar, faults } = await heard(seeded, 'equivocate:scale=2')
    for (const [i, row] of ofLiar.entries())
      for (const value of row) assert.equal(Math.abs(value ?? 0), 2 * truth(i + 1))
    assert.deepEqual([...faults], ['MESH_EQUIVOCATION by p003'])
  },
)

seeded(
  'dissensus tells each member its own vector, pushed away from the rest, and is found out',
  async (seeded) => {
    const { ofLiar, faults } = await heard(seeded, 'dissensus:epsilon=1')
    // Of 10, 11 and 12 the one at 10 is pulled by 1 + 2, and so on; relays may bring another one's lie first.
    const lies = [10 - 3, 11 - 0, 12 + 3]
    assert.ok(
      ofLiar[0]?.every((value) => lies.includes(value ?? Number.NaN)),
      `${ofLiar[0]}`,
    )
    assert.deepEqual([...faults], ['MESH_EQUIVOCATION by p003'])
  },
)

seeded('garbage of the wrong length and NaN are refused and blamed', async (seeded) => {
  assert.deepEqual([...(await heard(seeded, 'garbage:length=3')).faults], ['CODEC_WRONG_LENGTH by p003'])
  assert.deepEqual([...(await heard(seeded, 'nan')).faults], ['CODEC_NOT_FINITE by p003'])
})
