/** Honest members that run LEARN in the simulator, beside liars of the test's own, on the quadratic learner. */
import { describeLearn } from '../../src/agreement/describe.ts'
import { type LearnOptions, type LearnWait, learn } from '../../src/agreement/learn.ts'
import type { StepReport } from '../../src/agreement/protocol.ts'
import { parseAgreementRule } from '../../src/agreement/rule.ts'
import { Attendance } from '../../src/mesh/attendance.ts'
import type { Mesh } from '../../src/mesh/mesh.ts'
import type { Learner } from '../../src/model/learner.ts'
import { quadraticLearner } from '../../src/model/quadratic-learner.ts'
import { uniform } from '../../src/sim/latency.ts'
import { memberName, type SimWorld, simulate } from '../../src/sim/world.ts'
import { seededRandom } from '../../src/util/prng.ts'
import { unwatched } from '../sim/seeded.ts'

export const dimension = 6
const never = new AbortController().signal

export interface SwarmOptions extends Partial<Omit<LearnOptions, 'rule' | 'modelRule' | 'wait'>> {
  readonly n: number
  readonly f: number
  readonly seed: number
  readonly steps: number
  readonly rule?: string
  readonly modelRule?: string
  readonly policy?: LearnWait['policy']
  /** What each of the first members does instead of learning. */
  readonly liars?: readonly ((mesh: Mesh, world: SimWorld) => void)[]
  readonly learner?: (learner: Learner) => Learner
}

export interface Learned {
  readonly world: SimWorld
  /** By honest member, step by step. */
  readonly reports: readonly (readonly StepReport[])[]
  readonly models: readonly Float32Array[]
}

export async function learnTogether(options: SwarmOptions, watch = unwatched): Promise<Learned> {
  const { n, f, seed, liars = [], policy = 'synchronous', learner: wrap = (learner) => learner } = options
  const describe = describeLearn(
    dimension,
    Array.from({ length: n }, (_, i) => memberName(i)),
  )
  const world = watch(simulate({ n, seed, describe: () => describe, latency: uniform(1, 20) }))
  for (const [i, lie] of liars.entries()) lie(world.meshes[i] as Mesh, world)
  const honest = world.meshes.slice(liars.length)
  const learners = honest.map((_, i) => wrap(quadraticLearner(wishOf(i, seed))))
  const runs = honest.map(async (mesh, i) => {
    const reports: StepReport[] = []
    const rules = {
      rule: parseAgreementRule(options.rule ?? 'trmean'),
      modelRule: parseAgreementRule(options.modelRule ?? 'trmean'),
    }
    const common = { late: 0, profile: 'proven', signal: never } as const
    const run = learn(mesh, learners[i] as Learner, {
      ...common,
      ...options,
      f,
      ...rules,
      wait: waitOf(policy),
    })
    for await (const report of run) reports.push(report)
    return reports
  })
  const reports = await world.clock.until(Promise.all(runs))
  const models = await Promise.all(learners.map((learner) => learner.parameters()))
  return { world, reports, models }
}

/** Where a member's own loss is least: each somewhere else, because their data differ. */
function wishOf(member: number, seed: number) {
  const random = seededRandom(seed, 'center', member)
  const center = Float32Array.from({ length: dimension }, () => 1 + 0.3 * random.normal())
  return { center, schedule: { kind: 'constant', rate: 0.2 } } as const
}

function waitOf(policy: LearnWait['policy']): LearnWait {
  if (policy !== 'synchronous') return { policy }
  return { policy, deadlineMs: 200, attendance: new Attendance(2) }
}
