/** One script, examples/own-adversary.ts, two worlds: a simulated swarm, and four daemons in processes of their own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { script } from '../../examples/own-adversary.ts'
import { ownAdversary } from '../../src/attack/own-adversary.ts'
import { parseRule } from '../../src/gar/pipeline.ts'
import type { PeerId } from '../../src/mesh/mesh.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { runSimulatedSwarm } from '../../src/scenario/simulated-swarm.ts'
import { memberName } from '../../src/sim/world.ts'
import { reportOf, startSwarm } from './daemons.ts'

const file = fileURLToPath(new URL('../../examples/own-adversary.ts', import.meta.url))
const [n, liar] = [4, 3]
const steps = 6
/** Those of the script, before its liar lies. */
const honestSteps = 3

/** What the honest members are left with. */
interface Experience {
  /** For each, the exchanges in which it heard nothing of the liar. */
  readonly missed: readonly number[]
  /** Whom they blame, and for what. */
  readonly blames: readonly string[]
}

/**
 * Each hears one of the two vectors, if not from the liar then from those who pass it on. Who hears both blames the liar: that
 * is at least one of the two to whom it spoke, and all three where it is faster than they are.
 */
const expected: Experience = { missed: [0, 0, 0], blames: ['MESH_EQUIVOCATION by the liar'] }

function blame(peer: PeerId, code: string, liar: PeerId): string {
  return `${code} by ${peer === liar ? 'the liar' : peer}`
}

test('the script moves a liar in the simulator', async () => {
  const name = memberName(liar)
  const missed = Array.from({ length: n - 1 }, () => 0)
  const { blames } = await runSimulatedSwarm({
    seed: 1,
    n,
    f: 1,
    steps,
    rule: parseRule('trmean'),
    modelRule: parseRule('trmean'),
    learner: () =>
      quadraticLearner({ center: Float32Array.of(1, 2), schedule: { kind: 'constant', rate: 0.1 } }),
    attacks: new Map([[liar, ownAdversary('two-faced', script)]]),
    onStep(position, { gradient, model }) {
      for (const agreed of [gradient, model])
        if (agreed?.missing.includes(name)) missed[position] = (missed[position] ?? 0) + 1
    },
  })
  const kinds = new Set(blames.map(({ peer, kind }) => blame(peer, kind, name)))
  assert.deepEqual({ missed, blames: [...kinds] }, expected)
  assert.equal(Math.min(...blames.map(({ tag }) => tag?.step ?? 0)), honestSteps + 1)
})

test('the same file moves a daemon, and honest daemons are left with the same', async () => {
  const swarm = await startSwarm(
    n,
    [
      ...['f=1', 'synchrony.late=0', `training.steps=${steps}`, 'agreement.rule=trmean'],
      // Long enough for a busy machine: nobody waits for it where all speak.
      ...['synchrony.deadlineMs=60000', 'limits.lingerMs=5000'],
    ],
    [[], [], [], ['--attack', file]],
  )
  for (const peer of swarm.peers) await peer.succeeds()
  const reports = await Promise.all(swarm.data.map(reportOf))
  const { peer, attack, modelPath } = reports[liar] ?? {}
  assert.deepEqual([attack, modelPath], ['own-adversary', undefined])
  const honest = reports.slice(0, liar)
  // Not whose pull stalled, or who was not there for a moment: on a busy machine the honest do that, too.
  const said = honest.flatMap(({ faults }) =>
    faults.filter(({ code }) => /^(?:MESH|CODEC|GOSSIP|AGREEMENT)_/.test(code)),
  )
  const kinds = new Set(said.map((fault) => blame(fault.peer, fault.code, peer ?? '')))
  const missed = honest.map(({ members }) => members.find((member) => member.peer === peer)?.missed ?? -1)
  assert.deepEqual({ missed, blames: [...kinds] }, expected)
  for (const { step } of honest) assert.equal(step, steps)
  for (const { errors } of swarm.peers.slice(0, liar)) {
    // A member may hear of step 4 before it has completed step 3.
    const [completed = -1, blamed = -1] = ['step complete step=2', 'MESH_EQUIVOCATION'].map((said) =>
      errors.indexOf(said),
    )
    assert.ok(completed >= 0 && (blamed === -1 || completed < blamed), errors)
  }
})

test('a script that fails ends its daemon with a sentence that says so', async () => {
  const { peers } = await startSwarm(
    2,
    ['f=0', 'training.steps=1000000'],
    [[], ['--attack', fileURLToPath(new URL('failing-script.ts', import.meta.url))]],
  )
  const failing = peers[1]
  assert.equal(await failing?.ended(), 2)
  assert.match(
    failing?.errors ?? '',
    /^ATTACK_SCRIPT_FAILED: the adversary's script failing-script failed: it lost heart; correct it$/m,
  )
})
