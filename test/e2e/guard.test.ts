import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Medoid, statusWhen, workplace } from './daemons.ts'

test('a swarm outside what is proven is refused with its numbers, before anybody is dialled', async () => {
  const directory = await workplace()
  const init = new Medoid(directory, 'init', 'swarm.yaml', '--set', 'n=4', '--set', 'f=2')
  await init.succeeds()
  assert.match(init.output, /^no proof /m)
  const up = new Medoid(directory, 'up', '--swarm', 'swarm.yaml')
  assert.equal(await up.ended(), 3)
  assert.match(up.errors, /^AGREEMENT_\w+: n = 4, f = 2, u = 0: .*n >= /)
  assert.doesNotMatch(up.output, /listen/)
})

test('the demo refuses what its swarm would', async () => {
  const demo = new Medoid(await workplace(), 'demo', '--peers', '4', '--byzantine', '2')
  assert.equal(await demo.ended(), 3)
  assert.match(demo.errors, /^AGREEMENT_\w+: n = 4, f = 2, /)
})

test('with --outside-proof it starts all the same, and says so wherever it is looked at', async () => {
  const directory = await workplace()
  await new Medoid(directory, 'init', 'swarm.yaml', '--set', 'synchrony.late=f').succeeds()
  const refused = new Medoid(directory, 'up', '--swarm', 'swarm.yaml')
  assert.equal(await refused.ended(), 3)
  const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
  const up = new Medoid(directory, 'up', '--swarm', 'swarm.yaml', ...listen, '--outside-proof')
  const status = await statusWhen(join(directory, '.medoid', 'founder'), () => true)
  assert.equal(status.outsideProof, true)
  assert.match(status.standing, /^outside the proof: .*n = 4, f = 1, u = 1/)
  assert.match(await up.says(/^proof .*/m), /outside the proof/)
  up.kill('SIGTERM')
  assert.equal(await up.ended(), 130)
})

test('what makes no sense is a usage error with a code, and no stack trace', async () => {
  const directory = await workplace()
  const cases: [readonly string[], RegExp][] = [
    [['up', '--swarm', 'nowhere.yaml'], /^SWARM_UNREADABLE: .*medoid init nowhere\.yaml/],
    [['up', '--join', 'localhost:4001', '--data', 'd'], /^PEER_BAD_ADDRESS: /],
    [['up', '--swarm', 'a', '--join', 'b'], /^COMMAND_CONFLICT: /],
    [['up', '--data', 'empty'], /^DAEMON_NOTHING_TO_RUN: /],
    [['up', '--attack', 'rudeness'], /^ATTACK_UNKNOWN: /],
    [['init', 'swarm.yaml', '--set', 'n=0'], /^SWARM_BAD_VALUE: n is 0 /],
    [['init', 'swarm.yaml', '--set', 'n'], /^COMMAND_BAD_OPTION: /],
    [['demo', '--rule', 'krumm'], /^GAR_UNKNOWN_RULE: /],
    [['demo', '--steps', 'many'], /whole number/],
    [['demo', '--byzantine', '7', '--rule', 'average', '--model-rule', 'average'], /^COMMAND_BAD_OPTION: /],
    [['dance'], /unknown command/],
  ]
  for (const [args, message] of cases) {
    const command = new Medoid(directory, ...args)
    assert.equal(await command.ended(), 2, args.join(' '))
    assert.match(command.errors, message, args.join(' '))
    assert.doesNotMatch(command.errors, /^ {4}at /m, args.join(' '))
  }
})
