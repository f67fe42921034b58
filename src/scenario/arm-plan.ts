import type { ProtocolPlan } from '../agreement/protocol.ts'
import { modelOf } from '../model/models.ts'
import { ruleOf } from './check-arm.ts'
import type { ArmSettings } from './scenario-schema.ts'

/** What the guard has to know of an arm, and what the members' protocol does. */
export function planOf({ n, f, agreement, synchrony, model, task }: ArmSettings): ProtocolPlan {
  const { profile, halvings, rounds, modelRounds, rule, modelRule } = agreement
  const { late, policy } = synchrony
  return {
    n,
    f,
    late,
    policy,
    dimension: task.data === 'quadratic' ? task.dimension : modelOf(model).dimension,
    profile,
    halvings,
    rounds: rounds === 'derived' ? undefined : rounds,
    modelRounds: modelRounds === 'derived' ? undefined : modelRounds,
    rule: ruleOf(rule),
    modelRule: ruleOf(modelRule),
  }
}
