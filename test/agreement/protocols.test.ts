/** What holds for every protocol of the table: costs as its page says, a trace that is kept, tags that are described. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { castOf, parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { protocolTable } from '../../src/agreement/protocol-table.ts'
import { constant } from '../../src/sim/latency.ts'
import { isCoded } from '../../src/util/coded-error.ts'
import { protocolCases } from './protocol-cases.ts'
import {
  membersOf,
  type ProtocolSwarm,
  planOf,
  runProtocol,
  saidIn,
  saidOnLinks,
  withoutDigests,
} from './protocol-swarm.ts'

const root = new URL('../../', import.meta.url)
const latency = constant(10)

test('every protocol has a case, and every case a protocol', () => {
  assert.deepEqual(Object.keys(protocolCases).sort(), Object.keys(protocolTable).sort())
})

for (const [name, { texts, sizes, settings = {}, steps = 3 }] of Object.entries(protocolCases)) {
  for (const text of texts)
    test(`${text}: messages and bytes of every step are those of the formula, at three sizes`, async () => {
      assert.ok(new Set(sizes.map(({ n }) => n)).size >= 3)
      for (const size of sizes) {
        const swarm: ProtocolSwarm = { ...settings, protocol: text, ...size, steps, latency }
        const { protocol, trace } = await runProtocol(swarm)
        for (let step = 1; step <= steps; step++)
          assert.deepEqual(
            saidIn(trace, step),
            protocol.cost(planOf(swarm), step),
            `n = ${size.n}, step ${step}`,
          )
      }
    })

  for (const text of texts)
    test(`${text}: nobody says more to anyone in a step than the mesh is told to expect`, async () => {
      const [size] = sizes
      const swarm: ProtocolSwarm = { ...settings, protocol: text, ...size, steps, latency }
      const { protocol, trace } = await runProtocol(swarm)
      const { messages, bytes } = protocol.mostSaid(planOf(swarm), steps)
      for (const [link, said] of saidOnLinks(trace)) {
        assert.ok(said.messages <= messages, `${link}: ${said.messages} messages, ${messages} expected`)
        assert.ok(said.bytes <= bytes, `${link}: ${said.bytes} bytes, ${bytes} expected`)
      }
    })

  test(`${name}: a round is delivered as its trace in test/traces has it`, async () => {
    const [size] = sizes
    const run = await runProtocol({ ...settings, protocol: texts[0], ...size, steps: 1, latency })
    const trace = withoutDigests(run.trace)
    const file = new URL(`test/traces/${name}.txt`, root)
    assert.ok(existsSync(file), `write these lines to test/traces/${name}.txt:\n${trace.join('\n')}`)
    assert.deepEqual(trace, readFileSync(file, 'utf8').trimEnd().split('\n'))
  })

  test(`${name}: nobody's own tags are undescribed, and a tag of no protocol is`, () => {
    const protocol = parseProtocol(texts[0])
    const [size] = sizes
    const plan = planOf({ ...settings, protocol: texts[0], ...size, steps })
    const describe = protocol.describe(plan, membersOf(castOf(protocol, size.n)))
    for (const phase of ['ready', 'done'])
      assert.ok(describe({ step: 0, phase, kind: 'word', hop: 0 }) !== undefined, phase)
    assert.equal(describe({ step: 1, phase: 'gradient', kind: 'nonsense', hop: 0 }), undefined)
    assert.equal(describe({ step: 1, phase: 'nonsense', kind: 'value', hop: 0 }), undefined)
  })

  test(`${name}: its page says what a page of a protocol says`, () => {
    const page = readFileSync(new URL(`docs/protocols/${name}.md`, root), 'utf8')
    for (const heading of ['Assumptions', 'Guarantee', 'Cost', 'Known weaknesses', 'Changes from', 'Source'])
      assert.match(page, new RegExp(`^## .*${heading}`, 'm'), heading)
    assert.match(page, /```mermaid\nsequenceDiagram/)
  })
}

test('momentum is at the step where others compute the same gradients, or compare those of two models', () => {
  const atStep = Object.keys(protocolTable).filter((name) => parseProtocol(name).momentum === 'step')
  assert.deepEqual(atStep.sort(), ['btard', 'draco', 'kardam', 'liubei'])
  for (const name of Object.keys(protocolTable))
    if (parseProtocol(name).data === 'shared') assert.ok(atStep.includes(name), name)
})

test('a protocol that there is not, and a parameter that does not fit, are named', () => {
  for (const [text, code] of [
    ['nonsense', 'AGREEMENT_UNKNOWN_PROTOCOL'],
    ['toString', 'AGREEMENT_UNKNOWN_PROTOCOL'],
    ['learn:servers=1', 'AGREEMENT_BAD_PARAMETER'],
  ] as const)
    assert.throws(
      () => parseProtocol(text),
      (error) => isCoded(error, code),
    )
})
