/** Every protocol of the table as daemons: none of them is one of the simulator alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProtocol } from '../../src/agreement/parse-protocol.ts'
import { protocolTable } from '../../src/agreement/protocol-table.ts'
import { reportOf, startSwarm } from './daemons.ts'

const trainers = 3
const steps = 3

for (const name of Object.keys(protocolTable)) {
  test(`${name}: ${trainers} members that train, and its servers, take their steps and end`, async () => {
    const { servers, trainer } = parseProtocol(name)
    const swarm = await startSwarm(
      servers.length + trainers,
      [
        ...[`agreement.protocol=${name}`, `n=${trainers}`, 'f=0', 'agreement.rule=average'],
        ...[`training.steps=${steps}`, 'training.learningRate.rate=1', 'limits.lingerMs=5000'],
        'synchrony.deadlineMs=20000',
      ],
      [['--outside-proof']],
    )
    for (const peer of swarm.peers) await peer.succeeds()
    const reports = await Promise.all(swarm.data.map(reportOf))

    const roles = reports.map(({ role }) => role ?? '')
    assert.deepEqual(roles.toSorted(), [...servers, ...Array(trainers).fill(trainer)].toSorted())
    for (const { role, failure, faults, evaluation } of reports) {
      assert.deepEqual([failure, faults], [undefined, []], role)
      // The start is at 0.1.
      if (evaluation !== undefined) {
        assert.equal(evaluation.step, steps)
        assert.ok(evaluation.accuracy > 0.2, `accuracy ${evaluation.accuracy} of a ${role}`)
      }
    }
    assert.ok(reports.some(({ evaluation }) => evaluation !== undefined))
  })
}
