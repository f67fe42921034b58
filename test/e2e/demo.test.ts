import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DemoReport } from '../../src/commands/demo-report.ts'
import { Medoid, workplace } from './daemons.ts'

test('the demo trains as separate processes, reports each of them, and leaves nothing behind', async () => {
  const directory = await workplace()
  const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('medoid-demo-'))
  const before = await left()
  const size = ['--peers', '4', '--byzantine', '1', '--steps', '10', '--seed', '3', '--backend', 'wasm']
  const demo = new Medoid(directory, 'demo', ...size, '--attack', 'sign-flip:scale=3', '--report', 'r.json')
  await demo.succeeds()

  const report: DemoReport = JSON.parse(await readFile(join(directory, 'r.json'), 'utf8'))
  assert.deepEqual(report.swarm, {
    n: 4,
    f: 1,
    rule: 'nnm>trmean',
    modelRule: 'trmean',
    protocol: 'learn',
    steps: 10,
    model: 'mlp',
  })
  assert.equal(report.peers.length, 4)
  assert.equal(new Set(report.peers.map(({ pid }) => pid)).size, 4)
  assert.equal(new Set(report.peers.map(({ peer }) => peer)).size, 4)
  assert.deepEqual(
    report.peers.map(({ attack }) => attack),
    [null, null, null, 'sign-flip:scale=3'],
  )
  for (const { honest, attack, accuracy, steps, bytesIn, bytesOut, rssBytes } of report.peers) {
    assert.equal(honest, attack === null)
    assert.equal(typeof accuracy, honest ? 'number' : 'object')
    assert.equal(steps, 10)
    // Each peer says two vectors of 79,510 float32 a step to three others.
    assert.ok(bytesOut > 10 * 2 * 3 * 79_510 * 4, `${bytesOut} bytes out`)
    assert.ok(bytesIn > 10 * 2 * 3 * 79_510 * 4, `${bytesIn} bytes in`)
    assert.ok(rssBytes > 0)
  }
  assert.ok(report.spread !== null && report.spread < 0.01, `the models differ by ${report.spread}`)
  assert.match(demo.output, /^1 of 4 peers attacked \(sign-flip:scale=3\); .*\.$/m)
  assert.deepEqual(await left(), before)
})

test('Ctrl-C ends the demo and every process of it', async () => {
  const directory = await workplace()
  const demo = new Medoid(
    directory,
    'demo',
    '--peers',
    '4',
    '--byzantine',
    '1',
    '--steps',
    '100000',
    '--keep',
  )
  await demo.says(/4 of 4 peers up/)
  demo.kill('SIGINT')
  assert.equal(await demo.ended(), 130)
  const kept = await demo.says(/^kept: (.*)/m)
  const locks = await Promise.all(
    ['peer-1', 'peer-2', 'peer-3', 'peer-4'].map(async (name) =>
      (await readdir(join(kept, name))).includes('lock'),
    ),
  )
  assert.deepEqual(locks, [false, false, false, false])
})

test('plain averaging does not withstand one liar, and the demo says so instead of failing', async () => {
  const directory = await workplace()
  const rules = ['--rule', 'average', '--model-rule', 'average', '--attack', 'sign-flip:scale=100']
  const size = ['--peers', '4', '--byzantine', '1', '--steps', '60', '--backend', 'wasm']
  const demo = new Medoid(directory, 'demo', ...size, ...rules, '--report', 'r.json')
  await demo.succeeds()
  const report: DemoReport = JSON.parse(await readFile(join(directory, 'r.json'), 'utf8'))
  assert.equal(report.swarm.f, 0)
  for (const { honest, accuracy } of report.peers)
    if (honest) assert.ok(accuracy !== null && accuracy < 0.5, `accuracy ${accuracy}`)
  assert.equal(report.spread, null)
  assert.match(demo.output, /learning diverged after/)
})

test('with the default rules five honest peers learn although two of seven attack', async () => {
  const directory = await workplace()
  const demo = new Medoid(directory, 'demo', '--steps', '60', '--backend', 'wasm', '--report', 'r.json')
  await demo.succeeds()
  const report: DemoReport = JSON.parse(await readFile(join(directory, 'r.json'), 'utf8'))
  assert.equal(report.peers.filter(({ honest }) => !honest).length, 2)
  for (const { honest, accuracy } of report.peers)
    if (honest) assert.ok(accuracy !== null && accuracy > 0.85, `accuracy ${accuracy} after 60 steps`)
  assert.ok(report.spread !== null && report.spread < 0.01, `the models differ by ${report.spread}`)
})

test('with a silent attacker the median step takes at most 1.5 times as long as without one', async () => {
  const directory = await workplace()
  const medianStepMs = async (...attackers: readonly string[]) => {
    const size = ['--peers', '4', '--steps', '40', '--backend', 'wasm']
    const demo = new Medoid(directory, 'demo', ...size, ...attackers, '--report', 'r.json')
    await demo.succeeds()
    const report: DemoReport = JSON.parse(await readFile(join(directory, 'r.json'), 'utf8'))
    return report.peers[0]?.stepMs ?? Number.NaN
  }
  const honest = await medianStepMs('--byzantine', '0')
  const silent = await medianStepMs('--byzantine', '1', '--attack', 'silent')
  assert.ok(silent <= 1.5 * honest, `${silent} ms against ${honest} ms`)
})
