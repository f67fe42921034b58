/** What protocols on models begin a step with: it ends the run of whoever's own model is no longer finite. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCoded } from '../../src/util/coded-error.ts'
import { runProtocol } from './protocol-swarm.ts'

test('a peer whose own model is no longer finite says so, whatever the protocol on models', async () => {
  for (const protocol of ['monna', 'rpel', 'clipped-gossip', 'cs-plus', 'gts'])
    await assert.rejects(
      runProtocol({ protocol, n: 6, f: 1, steps: 5, rate: 1e30 }),
      (error) => isCoded(error, 'AGREEMENT_DIVERGED'),
      protocol,
    )
})
