/** What a script can do, power by power, and what it cannot: in the simulator, against three honest members that talk. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Liar, type Overheard, overhearAll, play, type Script } from '../../src/attack/script.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import { f32 } from '../../src/mesh/codec.ts'
import { exchange } from '../../src/mesh/exchange.ts'
import type { Mesh, PeerId } from '../../src/mesh/mesh.ts'
import type { Tag } from '../../src/mesh/tag.ts'
import { wiretap } from '../../src/sim/wiretap.ts'
import { type Blame, type SimWorld, simulate } from '../../src/sim/world.ts'
import { note, swarm } from '../sim/helpers.ts'
import { type Seeded, seeded, seedsUpTo } from '../sim/seeded.ts'

const honest: readonly PeerId[] = ['p000', 'p001', 'p002']
const steps = 6

/** Other seeds are other latencies: who is heard first by whom, and whose relay overtakes whom. */
function overSeeds(title: string, body: (seeded: Seeded) => Promise<void>): void {
  seeded(title, body, { seeds: seedsUpTo(8) })
}

interface Outcome {
  /** What each honest member heard: `to from step text`, in no order. */
  readonly heard: ReadonlySet<string>
  readonly at: ReadonlyMap<string, number>
  readonly blames: readonly Blame[]
}

/** Says `<name> <step>` at each step, and goes on after 100 ms. */
async function talk(mesh: Mesh, signal: AbortSignal): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    mesh.advance(step)
    await mesh.publish(note(step), text(`${mesh.self} ${step}`))
    await mesh.clock.sleep(100, { signal })
  }
}

/** Three honest members and `liars` liars, all of whom run the protocol, moved by `script`. */
async function played(
  script: Script,
  { seed = 1, liars = 1 } = {},
  watch = (world: SimWorld) => world,
): Promise<Outcome> {
  const world = watch(swarm({ n: 3 + liars, seed, passesOn: (i) => i < 3 }))
  const { meshes, network, clock, blames } = world
  const over = new AbortController()
  const { signal } = over
  const [first, ...rest] = meshes.slice(3)
  assert.ok(first !== undefined)
  const raw = [first, ...rest] as const
  const colluders = new Set(raw.map(({ self }) => self))
  const acted = play(script, raw, {
    colluders,
    signal,
    overhear: (pattern) => wiretap(network, pattern, { signal }),
    setPresent: (liar, isPresent) => {
      for (const peer of honest) isPresent ? network.connect(liar, peer) : network.disconnect(liar, peer)
    },
  })
  const heard = new Set<string>()
  const at = new Map<string, number>()
  const ears = meshes.slice(0, 3).map(async (mesh) => {
    for await (const { from, tag, payload } of mesh.listen({}, { signal })) {
      const what = `${mesh.self} ${from} ${tag.step} ${new TextDecoder().decode(payload)}`
      heard.add(what)
      at.set(what, clock.now())
    }
  })
  const talks = [...meshes.slice(0, 3), ...acted.meshes].map((mesh) => talk(mesh, signal))
  const failing = acted.done.then(() => new Promise<never>(() => {}))
  await clock.until(Promise.race([Promise.all(talks).then(() => clock.forMember(0).sleep(1000)), failing]))
  over.abort()
  await Promise.all(ears)
  return { heard, at, blames }
}

const text = (words: string) => new TextEncoder().encode(words)
const honestly: Script = async ({ intents }) => {
  for await (const { follow } of intents()) await follow()
}
/** For each intent, `lie`. */
const lying =
  (lie: (liar: Liar, tag: Tag, payload: Uint8Array) => Promise<void>): Script =>
  async ({ intents }) => {
    for await (const { liar, tag, payload } of intents()) await lie(liar, tag, payload)
  }

overSeeds('a script that follows the protocol is heard like everybody else', async ({ seed, watch }) => {
  const { heard, blames } = await played(honestly, { seed }, watch)
  for (const to of honest)
    for (let step = 1; step <= steps; step++)
      for (const from of [...honest, 'p003']) assert.ok(heard.has(`${to} ${from} ${step} ${from} ${step}`))
  assert.equal(heard.size, 3 * 4 * steps)
  assert.deepEqual(blames, [])
})

overSeeds('power: it sees what all honest members say, as soon as it is said', async ({ seed, watch }) => {
  let seen: readonly Overheard[] = []
  let atMs = Number.NaN
  await played(
    async (world) => {
      seen = await overhearAll(world, note(1), 1000)
      atMs = world.clock.now()
    },
    { seed },
    watch,
  )
  assert.deepEqual(
    seen.map(({ from }) => from),
    honest,
  )
  assert.equal(atMs, 0)
})

overSeeds('power: its liars collude', async ({ seed, watch }) => {
  const { heard } = await played(
    async ({ liars, honest: victims }) => {
      for (const [i, liar] of liars.entries())
        await liar.say(note(1), text(`${i} of ${liars.length}`), { to: victims })
    },
    { seed, liars: 2 },
    watch,
  )
  assert.ok(heard.has('p000 p003 1 0 of 2') && heard.has('p000 p004 1 1 of 2'))
})

overSeeds('power: it tells each something else', async ({ seed, watch }) => {
  const { heard, blames } = await played(
    lying(async (liar, tag) => {
      for (const peer of honest) await liar.say(tag, text(`to ${peer}`), { to: [peer] })
    }),
    { seed },
    watch,
  )
  // A relay may overtake what a member was told itself: then it keeps the other's.
  const toldAt = (step: number) =>
    new Set([...heard].filter((what) => what.includes(`p003 ${step} `)).map((what) => what.slice(-4)))
  const most = Math.max(...Array.from({ length: steps }, (_, i) => toldAt(i + 1).size))
  assert.ok(most > 1, `at every step all hear ${[...toldAt(1)]}`)
  assert.ok(blames.some(({ kind, peer }) => kind === 'MESH_EQUIVOCATION' && peer === 'p003'))
})

overSeeds('power: it says nothing to some, who hear it from the others', async ({ seed, watch }) => {
  const { heard, at } = await played(
    lying((liar, tag, payload) => liar.say(tag, payload, { to: ['p000'] })),
    { seed },
    watch,
  )
  const [first, second] = ['p000 p003 1 p003 1', 'p001 p003 1 p003 1']
  assert.ok(heard.has(first) && heard.has(second))
  assert.ok((at.get(first) ?? 0) < (at.get(second) ?? 0))
})

overSeeds('power: it is late', async ({ seed, watch }) => {
  const { at } = await played(
    async ({ intents, clock }) => {
      for await (const { liar, tag, payload } of intents()) {
        await clock.sleep(400)
        await liar.say(tag, payload)
        return
      }
    },
    { seed },
    watch,
  )
  assert.ok((at.get('p000 p003 1 p003 1') ?? 0) > 400)
})

overSeeds('power: it says again what an honest member said, as its own', async ({ seed, watch }) => {
  const { heard } = await played(
    async (world) => {
      for await (const { from, tag, payload } of world.overhear(note(1)))
        if (from === 'p001') await world.liars[0]?.say({ ...tag, step: 2 }, payload)
    },
    { seed },
    watch,
  )
  assert.ok(heard.has('p000 p003 2 p001 1'))
})

overSeeds(
  'power: it speaks of steps long past and far ahead, which nobody takes and nobody minds',
  async ({ seed, watch }) => {
    const { heard, blames } = await played(
      lying(async (liar, tag) => {
        if (tag.step !== 6) return
        await liar.say(note(1), text('stale'))
        await liar.say(note(1_000_000), text('early'))
      }),
      { seed },
      watch,
    )
    assert.ok(![...heard].some((what) => /stale|early/.test(what)))
    assert.equal([...heard].filter((what) => !what.includes('p003')).length, 3 * 3 * steps)
    assert.deepEqual(blames, [])
  },
)

overSeeds('power: it floods, and is blamed beyond its bound', async ({ seed, watch }) => {
  const { blames } = await played(
    async ({ liars: [liar] }) => {
      for (let hop = 1; hop <= 1100; hop++) await liar?.say(note(1, hop), text('x'))
    },
    { seed },
    watch,
  )
  assert.ok(blames.some(({ kind }) => kind === 'MESH_TOO_MANY_PENDING'))
  for (const { peer } of blames) assert.equal(peer, 'p003')
})

overSeeds('power: it says more bytes than anybody takes', async ({ seed, watch }) => {
  const { blames } = await played(
    lying((liar, tag) => liar.say(tag, new Uint8Array((1 << 20) + 1))),
    { seed },
    watch,
  )
  assert.ok(blames.some(({ kind, peer }) => kind === 'MESH_TOO_LARGE' && peer === 'p003'))
})

/** What p000 and p001 are answered who ask p002 for what its protocol keeps; undefined where nothing comes in half a second. */
async function answersOf(script: Script, seed: number, watch: Seeded['watch']) {
  const world = watch(swarm({ n: 3, seed }))
  const [alice, bob, liar] = world.meshes
  assert.ok(alice && bob && liar)
  const over = new AbortController()
  const { signal } = over
  const { meshes, done } = play(script, [liar], { colluders: new Set([liar.self]), signal })
  const kept = { ...note(1), phase: 'share' }
  meshes[0]?.offer(kept, text('the truth'))
  const ask = async (mesh: Mesh) => {
    const patience = new AbortController()
    world.clock.after(500, () => patience.abort())
    const answer = await mesh.ask(liar.self, kept, { signal: patience.signal }).catch(() => undefined)
    return answer && new TextDecoder().decode(answer)
  }
  const answers = await world.clock.until(Promise.all([ask(alice), ask(bob)]))
  over.abort()
  await done
  return answers
}

overSeeds('power: it answers each who asks as it likes, or not at all', async ({ seed, watch }) => {
  const lie: Script = async ({ intents }) => {
    for await (const { liar, tag, means } of intents()) {
      assert.equal(means, 'kept')
      liar.offer(tag, (asker) => (asker === 'p000' ? text('a lie') : undefined))
    }
  }
  assert.deepEqual(await answersOf(lie, seed, watch), ['a lie', undefined])
  assert.deepEqual(await answersOf(honestly, seed, watch), ['the truth', 'the truth'])
  assert.deepEqual(await answersOf(async () => {}, seed, watch), [undefined, undefined])
})

/** What no member can decode as two numbers, and what each blames it for. */
const undecodable: readonly [what: string, payload: Uint8Array, kind: string][] = [
  ['nothing', new Uint8Array(), 'CODEC_WRONG_LENGTH'],
  ['a vector that is cut off', new Uint8Array(7), 'CODEC_WRONG_LENGTH'],
  ['a number that is none', new Uint8Array(Float32Array.of(1, Number.NaN).buffer), 'CODEC_NOT_FINITE'],
  ['infinity', new Uint8Array(Float32Array.of(-1 / 0, 1).buffer), 'CODEC_NOT_FINITE'],
]

for (const [what, payload, kind] of undecodable)
  overSeeds(`power: it says bytes that nobody decodes, ${what}`, async ({ seed, watch }) => {
    const codec = f32(2)
    const world = watch(
      simulate({ n: 4, seed, describe: () => () => ({ maxBytes: 8, codec, audience: 'all' }) }),
    )
    const [liar, ...others] = world.meshes.toReversed()
    assert.ok(liar)
    const over = new AbortController()
    const { signal } = over
    const script = lying((liar, tag) => liar.say(tag, payload))
    const { meshes, done } = play(script, [liar], { colluders: new Set([liar.self]), signal })
    const gather = async (mesh: Mesh) => {
      const wait = { policy: 'synchronous', deadlineMs: 1000, attendance: new Attendance(2) } as const
      mesh.advance(1)
      const { heard } = await exchange(mesh, note(1), Float32Array.of(1, 2), {
        codec,
        wait,
        least: 3,
        signal,
      })
      return heard.map(({ peer }) => peer)
    }
    const taken = await world.clock.until(Promise.all([...others, ...meshes].map(gather)))
    over.abort()
    await done
    for (const heard of taken.slice(0, 3)) assert.deepEqual(heard.toSorted(), honest)
    const blames = world.blames.map(({ by, peer, kind }) => `${by} blames ${peer}: ${kind}`)
    assert.deepEqual(
      [...new Set(blames)].sort(),
      honest.map((peer) => `${peer} blames p003: ${kind}`),
    )
  })

overSeeds(
  'power: it behaves until a step of its choice, and its liars take turns from then on',
  async ({ seed, watch }) => {
    const { heard } = await played(
      async ({ intents, liars }) => {
        for await (const { liar, tag, payload } of intents()) {
          const attacks = tag.step >= 3 && (tag.step + liars.indexOf(liar)) % 2 === 0
          await liar.say(tag, attacks ? text('lie') : payload)
        }
      },
      { seed, liars: 2 },
      watch,
    )
    const lies = [...heard].filter((what) => what.startsWith('p000') && what.endsWith('lie')).sort()
    assert.deepEqual(lies, ['p000 p003 4 lie', 'p000 p003 6 lie', 'p000 p004 3 lie', 'p000 p004 5 lie'])
  },
)

overSeeds(
  'power: it is away, joins late, and then hears what the others still hold',
  async ({ seed, watch }) => {
    const { heard, at } = await played(
      async ({ intents, clock, liars: [late] }) => {
        late?.leave()
        const joined = clock.sleep(350).then(() => late?.join())
        for await (const { liar, tag, payload } of intents()) await liar.say(tag, payload)
        await joined
      },
      { seed },
      watch,
    )
    assert.ok(!heard.has('p000 p003 1 p003 1') && heard.has('p000 p003 5 p003 5'))
    assert.ok([...at].every(([what, ms]) => what.split(' ')[1] !== 'p003' || ms > 350))
  },
)

/** What it may hold on to, by name: whatever else it wants, it has no handle for. */
test('not in its power: it holds handles of its liars, and nothing of an honest member', async () => {
  let world: object = {}
  let liar: object = {}
  await played(async (given) => {
    world = given
    liar = given.liars[0] ?? {}
  })
  assert.deepEqual(Object.keys(world).sort(), [
    'clock',
    'honest',
    'intents',
    'liars',
    'overhear',
    'random',
    'signal',
  ])
  assert.deepEqual(Object.keys(liar).sort(), ['join', 'leave', 'offer', 'say', 'self'])
})

overSeeds('not in its power: whatever it says is heard in its own name', async ({ seed, watch }) => {
  const forge = { from: 'p000', origin: 'p000' }
  const { heard, blames } = await played(
    lying((liar, tag) =>
      liar.say({ ...tag, ...forge }, text('in the name of p000'), { ...forge, to: honest }),
    ),
    { seed },
    watch,
  )
  const forged = [...heard].filter((what) => what.endsWith('in the name of p000'))
  assert.ok(forged.length > 0)
  for (const what of forged) assert.equal(what.split(' ')[1], 'p003')
  assert.deepEqual(blames, [])
})

overSeeds(
  'not in its power: what it does to what it overheard changes nothing that others hear',
  async ({ seed, watch }) => {
    const { heard } = await played(
      async ({ overhear, intents }) => {
        const deface = async (source: AsyncIterable<{ payload: Uint8Array; tag: Tag }>) => {
          for await (const { payload, tag } of source) {
            payload.fill(0)
            Object.assign(tag, { step: 1_000_000, hop: 7 })
          }
        }
        await Promise.all([deface(overhear({})), deface(intents())])
      },
      { seed },
      watch,
    )
    const fromHonest = [...heard].filter((what) => what.split(' ')[1] !== 'p003')
    assert.equal(fromHonest.length, 3 * 3 * steps)
    for (const what of fromHonest) assert.match(what, /^p00\d (p00\d) (\d) \1 \2$/)
  },
)

overSeeds(
  'not in its power: to change what it said, or answered, once others have it',
  async ({ seed, watch }) => {
    const world = watch(swarm({ n: 3, seed, passesOn: (i) => i < 2 }))
    const [alice, bob, liar] = world.meshes
    assert.ok(alice !== undefined && bob !== undefined && liar !== undefined)
    const { signal } = new AbortController()
    const said = text('said')
    const answer = text('answer')
    const script: Script = async ({ liars: [one], honest }) => {
      one?.offer(note(2), () => answer)
      await one?.say(note(1), said, { to: honest })
    }
    const stage = { colluders: new Set([liar.self]), signal }
    const { done } = play(script, [liar], stage)
    const heard = bob.listen(note(1), { signal })[Symbol.asyncIterator]().next()
    const [{ value }, answered] = await world.clock.until(
      Promise.all([heard, alice.ask(liar.self, note(2), { signal }), done]),
    )
    for (const own of [said, answer]) own.fill(0)
    assert.deepEqual(value?.payload, text('said'))
    assert.deepEqual(answered, text('answer'))
  },
)

overSeeds(
  'not in its power: to make time stand still, or to end what others wait for',
  async ({ seed, watch }) => {
    let spent = 0
    const { heard, at } = await played(
      async ({ clock, signal }) => {
        assert.equal('hold' in clock, false)
        signal.dispatchEvent(new Event('abort'))
        for (const ms of [0, -5, Number.NaN, 1e-9])
          for (let again = 0; again < 25; again++) await clock.sleep(ms)
        spent = clock.now()
        await clock.sleep(Number.POSITIVE_INFINITY)
      },
      { seed },
      watch,
    )
    assert.equal(spent, 100)
    // Nobody that slept was woken by the event: the last step begins after five sleeps of 100 ms.
    const last = [...at].flatMap(([what, ms]) => (what.endsWith(` ${steps}`) ? [ms] : []))
    assert.ok(last.length > 0 && last.every((ms) => ms >= 500), `${last}`)
    assert.equal([...heard].filter((what) => what.split(' ')[1] !== 'p003').length, 3 * 3 * steps)
  },
)

overSeeds('not in its power: to hear what honest members say in private', async ({ seed, watch }) => {
  const world = watch(swarm({ n: 3, seed }))
  const [alice, bob, liar] = world.meshes
  const secret = { ...note(1), phase: 'share' }
  const over = new AbortController()
  const { signal } = over
  const heard: Overheard[] = []
  if (liar === undefined || bob === undefined) return
  const script: Script = async ({ overhear }) => {
    for await (const one of overhear({})) heard.push(one)
  }
  const overhear = (pattern: object) => wiretap(world.network, pattern, { signal })
  const { done } = play(script, [liar], { colluders: new Set([liar.self]), signal, overhear })
  await alice?.publish(secret, text('for bob'), { to: [bob.self] })
  await world.clock.until(world.clock.forMember(0).sleep(500))
  over.abort()
  await done
  assert.deepEqual(heard, [])
})
