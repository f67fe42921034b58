/** What AggregaThor says of its tags before a byte is taken. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunkTag } from '../../../src/agreement/aggregathor/describe.ts'
import { parseProtocol } from '../../../src/agreement/parse-protocol.ts'
import { gradientTag, modelTag } from '../../../src/agreement/tags.ts'
import { planOf } from '../protocol-swarm.ts'

function describeOf(protocol: string, dimension: number) {
  return parseProtocol(protocol).describe(planOf({ protocol, n: 5, f: 1, steps: 1, dimension }), [])
}

test('models are for all, gradients for the server, and neither is a secret from the adversary', () => {
  const describe = describeOf('aggregathor', 7)
  const model = describe(modelTag(3))
  assert.ok(model?.audience === 'all' && model.maxBytes === 28 && model.codec.byteLength === 28)
  const gradient = describe(gradientTag(3))
  assert.ok(gradient?.audience === 'recipients' && gradient.isOpen && gradient.codec.byteLength === 28)
  assert.equal(describe(chunkTag(3, 0)), undefined)
})

test('in chunks, each has its own length, the last what is left, and there is no other and no whole gradient', () => {
  const describe = describeOf('aggregathor:lossy=yes,chunk=16', 10)
  assert.deepEqual(
    [0, 1, 2, 3, 1e9 - 1].map((part) => describe(chunkTag(1, part))?.maxBytes),
    [16, 16, 8, undefined, undefined],
  )
  assert.deepEqual(
    [0, 1, 2].map((part) => describe(chunkTag(1, part))?.codec.byteLength),
    [16, 16, 8],
  )
  for (const tag of [
    gradientTag(1),
    { ...chunkTag(1, 0), hop: 1 },
    { ...chunkTag(1, 0), origin: 'p001' },
    { ...chunkTag(1, 0), phase: 'model' },
    { step: 1, phase: 'gradient', kind: 'chunk', hop: 0 },
    { ...modelTag(1), part: 0 },
  ])
    assert.equal(describe(tag), undefined)
  assert.ok(describe(modelTag(1)))
})
