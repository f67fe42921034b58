/**
 * Every attack under every protocol: it changes what the attacker says, or is refused by name. An attack that does nothing
 * would look like one that was withstood.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groundOf } from '../../src/agreement/ground.ts'
import { castOf, parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { attackTable } from '../../src/attack/attack-table.ts'
import { parseAttack } from '../../src/attack/attacks.ts'
import { whyIdle } from '../../src/attack/ground.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import { formatTag } from '../../src/mesh/tag.ts'
import { wrappedMesh } from '../../src/mesh/wrapped-mesh.ts'
import type { Learner } from '../../src/model/learner.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { sha256, toHex } from '../../src/util/digest.ts'
import { attackers } from './attackers.ts'
import { protocolCases } from './protocol-cases.ts'
import { type Liar, type ProtocolSwarm, planOf, runProtocol } from './protocol-swarm.ts'

/** What attackers do to their data is their learner's affair, under any protocol (test/attack/backdoor.test.ts, test/scenario/label-flip.test.ts). */
const onSayings = Object.entries(attackTable).flatMap(([name, { poison }]) =>
  poison === undefined ? [name] : [],
)

/** Late enough to be seen, early enough to be heard. */
const withParameters: Readonly<Record<string, string>> = { delay: 'delay:ms=30' }

const others = ['aggregathor:lossy=yes,chunk=8', 'draco:code=cyclic', 'allreduce:shape=butterfly']

/** As many as it takes to say something a second time. */
const steps = 3
const saysRarely: Readonly<Record<string, number>> = { 'local-sgd': 9 }

for (const [name, { texts, sizes, settings = {} }] of Object.entries(protocolCases))
  for (const protocol of [texts[0], ...others.filter((text) => text.startsWith(`${name}:`))]) {
    const { servers, serverF, trainer } = parseProtocol(protocol)
    const [size] = sizes
    const swarm: ProtocolSwarm = { ...settings, protocol, ...size, steps: saysRarely[name] ?? steps, seed: 2 }
    const isDefended = size.f > 0
    const ground = groundOf(parseProtocol(protocol), trainer, planOf(swarm))
    const lastTrainer = castOf(parseProtocol(protocol), size.n).length - 1
    // Of those that serve the last lies too, where one may.
    const positions = [...(serverF > 0 ? [servers.length - 1] : []), lastTrainer]

    test(`${protocol}: every attack changes what the attacker says or is refused by name, and honest members end`, async () => {
      const honest = new Map<number, readonly string[]>()
      for (const attack of onSayings) {
        const text =
          attack === 'stale' ? `stale:age=${ground.window + 1}` : (withParameters[attack] ?? attack)
        const refusal = whyIdle(parseAttack(text), ground)
        if (refusal !== undefined) {
          assert.ok(
            refusal.startsWith(`ATTACK_IDLE: ${attack}`) && refusal.includes(ground.protocol),
            refusal,
          )
          continue
        }
        const steps = attack === 'stale' ? ground.window + 3 * swarm.steps : swarm.steps
        const free = honest.get(steps) ?? (await said({ ...swarm, steps }, positions, isDefended))
        honest.set(steps, free)
        assert.notDeepEqual(await said({ ...swarm, steps }, positions, isDefended, text), free, text)
      }
    })
  }

test('attacks that can do nothing under a protocol are named, with what to take instead', () => {
  const reasonOf = (attack: string, protocol: string) => {
    const parsed = parseProtocol(protocol)
    const plan = planOf({ protocol, n: 9, f: 1, steps: 1 })
    return whyIdle(parseAttack(attack), groundOf(parsed, parsed.trainer, plan))
  }
  for (const protocol of ['aggregathor', 'draco', 'two-server', 'btard', 'kardam', 'byzsgd'])
    assert.match(reasonOf('dissensus', protocol) ?? '', /say no vectors that it could hear; take/)
  for (const protocol of ['aggregathor', 'draco', 'kardam', 'ps-average', 'allreduce'])
    assert.match(reasonOf('withhold', protocol) ?? '', /one member hears what the attacker says; take/)
  for (const attack of ['alie', 'min-max', 'mimic'])
    assert.match(
      reasonOf(attack, 'draco') ?? '',
      /how honest vectors differ, and there it knows none but its own/,
    )
  assert.match(reasonOf('withhold:hearers=8', 'learn') ?? '', /8 members hear/)
  assert.match(reasonOf('stale', 'kardam') ?? '', /of the last 36 steps; take an age above/)
  for (const attack of ['withhold', 'stale', 'dissensus', 'alie'])
    assert.equal(reasonOf(attack, 'learn'), undefined)
})

/** What the liars say: when, under which tags, to whom, and what. */
async function said(
  swarm: ProtocolSwarm,
  positions: readonly number[],
  isDefended: boolean,
  attack?: string,
): Promise<readonly string[]> {
  const log: string[] = []
  const liars = attack === undefined ? new Map<number, Liar>() : attackers(attack, positions, swarm)
  const recorded = new Map(
    positions.map((position): [number, Liar] => {
      const { mesh: lie = (mesh: Mesh) => mesh, learner = (own: Learner) => own } = liars.get(position) ?? {}
      return [position, { mesh: (mesh, world) => lie(recording(mesh, log), world), learner }]
    }),
  )
  try {
    const { reports } = await runProtocol({ ...swarm, liars: recorded })
    for (const [position, ofMember] of reports.entries())
      if (!positions.includes(position)) assert.ok(ofMember.length > 0, `${attack}: ${position} took no step`)
  } catch (error) {
    // Where nobody defends himself liars may end the run.
    if (isDefended || !(isCoded(error, 'AGREEMENT_DIVERGED') || isCoded(error, 'SIM_STALLED'))) throw error
  }
  return log
}

function recording(mesh: Mesh, log: string[]): Mesh {
  const note = (tag: Parameters<Mesh['publish']>[0], to: readonly string[], payload: Uint8Array) =>
    log.push(`${mesh.clock.now()} ${formatTag(tag)} ${to.join()} ${toHex(sha256(payload))}`)
  const isOther = (peer: string) => peer !== mesh.self
  return wrappedMesh(mesh, {
    publish: (tag, payload, options) => {
      const to = (options?.to ?? mesh.members.map(({ peer }) => peer)).filter(isOther)
      if (to.length > 0) note(tag, to, payload)
      return mesh.publish(tag, payload, options)
    },
    offer: (tag, payload) =>
      mesh.offer(tag, (asker) => {
        const answer = typeof payload === 'function' ? payload(asker) : payload
        if (answer !== undefined && isOther(asker)) note(tag, [asker], answer)
        return answer
      }),
  })
}
