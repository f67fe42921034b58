/** The liars of an arm, as the simulator takes them. */
import { asAsked } from '../attack/attack.ts'
import type { Attack } from '../attack/attacks.ts'
import { forgingScript } from '../attack/forging-script.ts'
import { attacksOf, protocolOf, ruleOf } from './check-arm.ts'
import type { ArmSettings } from './scenario-schema.ts'
import type { SimulatedSwarmOptions } from './simulated-swarm.ts'

/**
 * Attacks whose vector follows from the honest ones alone, so that all liars would forge the same: it is forged once, and
 * liars need not learn. Others run the protocol, each by itself.
 */
const choral = new Set([
  'sign-flip',
  'omniscient',
  'cancel',
  'ipm',
  'opt-ipm',
  'epfl-empire',
  'alie',
  'opt-alie',
  'epfl-little',
  'min-max',
  'min-sum',
  'mimic',
  'one-coordinate',
  'anti-cge',
  'constant',
  'zero',
])

export function liarsIn(settings: ArmSettings): Pick<SimulatedSwarmOptions, 'attacks' | 'adversary'> {
  const attacks = attacksOf(settings)
  const [first, ...others] = attacks.values()
  const forge = first?.forge
  if (first === undefined || forge === undefined) return { attacks }
  // What is said to some alone no script can say for its liars: each runs the protocol and lies by its means.
  if (protocolOf(settings).text !== 'learn') return { attacks }
  if (!isChoral(first) || others.some(({ text }) => text !== first.text)) return { attacks }
  const { f, agreement, synchrony } = settings
  const script = forgingScript({
    forge,
    rushMs: synchrony.deadlineMs / 2,
    aggregateOf: (phase) => {
      const rule = ruleOf(phase === 'gradient' ? agreement.rule : agreement.modelRule)
      return asAsked((vectors) => rule.aggregate(vectors, f))
    },
  })
  return { adversary: { liars: [...attacks.keys()], script, idle: true } }
}

/** An attack that comes and goes is honest in between, which takes a model of one's own. */
function isChoral({ name, text }: Attack): boolean {
  return choral.has(name) && !/[:,](?:from|every)=/.test(text)
}
