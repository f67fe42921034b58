import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protocolId, topicOf, wireVersion, wireVersionOf } from '../../src/gossip/wire.ts'

test('protocol ids carry the wire version, and it can be read off them', () => {
  assert.equal(protocolId('pull'), `/medoid/${wireVersion}/pull`)
  assert.equal(wireVersionOf(protocolId('admission', 7)), 7)
  for (const foreign of ['/ipfs/id/1.0.0', '/medoid/x/pull', '/medoid/1', 'medoid/1/pull'])
    assert.equal(wireVersionOf(foreign), undefined)
})

test('another roster is another topic', () => {
  const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  assert.equal(topicOf(a), `medoid/${wireVersion}/${'01'.repeat(32)}`)
  assert.notEqual(topicOf(a), topicOf(b))
})
