import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agreementSentences } from '../../src/agreement/errors.ts'
import { exitCodeOf } from '../../src/commands/exit-codes.ts'
import { CodedError } from '../../src/util/coded-error.ts'

const coded = (code: string) => new CodedError({ code }, '')

test('each kind of failure has its exit code', () => {
  assert.equal(exitCodeOf(new Error('anything')), 1)
  assert.equal(exitCodeOf(coded('PEER_UNREACHABLE')), 1)
  assert.equal(exitCodeOf(coded('DAEMON_TOO_FAR_BEHIND')), 1)
  for (const code of [
    'SWARM_BAD_VALUE',
    'GAR_UNKNOWN_RULE',
    'ATTACK_UNKNOWN',
    'PEER_BAD_ADDRESS',
    'COMMAND_CONFLICT',
  ])
    assert.equal(exitCodeOf(coded(code)), 2, code)
  assert.equal(exitCodeOf(coded('AGREEMENT_OUTSIDE_PROOF')), 3)
  assert.equal(exitCodeOf(new DOMException('left', 'AbortError')), 130)
})

test('what the guard refuses is a refusal; divergence on the way is not, and no more is a protocol that there is not', () => {
  const others = new Map([
    ['AGREEMENT_DIVERGED', 1],
    ['AGREEMENT_UNKNOWN_PROTOCOL', 2],
    ['AGREEMENT_BAD_PARAMETER', 2],
  ])
  for (const code of Object.keys(agreementSentences))
    assert.equal(exitCodeOf(coded(code)), others.get(code) ?? 3, code)
  assert.equal(exitCodeOf(coded('AGREEMENT_TWO_SERVER_TOO_FEW')), 1)
})
