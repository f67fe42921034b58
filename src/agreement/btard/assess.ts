/** The guard of BTARD. */
import { assessBounds, type Bound } from '../bounds.ts'
import type { Assessment, Plan } from '../resilience.ts'

export function assessBtard(
  { n, f, late, policy }: Pick<Plan, 'n' | 'f' | 'late' | 'policy'>,
  { validators: m }: { readonly validators: number },
): Assessment {
  const common = { phase: 'gradient', has: n } as const
  const clipping = { ...common, rule: 'CenteredClip' }
  const bounds: Bound[] = [
    { ...clipping, bound: 'n >= m+1', needed: m + 1, isNeededToRun: true },
    { ...clipping, bound: 'n >= 2f+1+m', needed: 2 * f + 1 + m, isNeededToRun: false },
    {
      ...common,
      rule: 'the agreed broadcast',
      bound: 'n >= 4f+1',
      needed: 4 * f + 1,
      isNeededToRun: false,
    },
    {
      phase: 'gradient',
      rule: 'a ban of whoever is silent',
      bound: 'u = 0: an honest peer that is late is banned',
      needed: 0,
      has: -late,
      isNeededToRun: false,
    },
  ]
  const promise =
    'honest models stay equal bit for bit, no honest peer is banned, and every lie about a gradient may be the one that bans its liar'
  return assessBounds({ n, f, policy, bounds, promise })
}
