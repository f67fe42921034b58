import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gossipSettings } from '../../src/peer/gossip-settings.ts'

const settings = gossipSettings(new Set(['ours']))

test('a message under a topic that is not open is refused before it is kept', () => {
  const data = Uint8Array.of(1)
  assert.equal(settings.dataTransform?.inboundTransform('ours', data), data)
  assert.throws(() => settings.dataTransform?.inboundTransform('theirs', data))
})

test('two messages that say the same thing are the same message, whoever passes them on', () => {
  const idOf = (topic: string, ...data: number[]) =>
    settings.msgIdFn?.({ type: 'unsigned', topic, data: Uint8Array.from(data) })
  assert.deepEqual(idOf('ours', 1, 2), idOf('ours', 1, 2))
  assert.notDeepEqual(idOf('ours', 1, 2), idOf('ours', 1, 3))
})
