/** What several settings of an arm must be together, and what becomes of its texts. */
import { castOf, keepersAmong, parseProtocol } from '../agreement/parse-protocol.ts'
import type { Protocol } from '../agreement/protocol.ts'
import { type AgreementRule, parseAgreementRule } from '../agreement/rule.ts'
import { forEachAttacker, parseAttacks } from '../attack/attack-list.ts'
import type { Attack } from '../attack/attacks.ts'
import { isCoded } from '../util/coded-error.ts'
import { checkPositions } from './check-positions.ts'
import { wrongCrash } from './crashes.ts'
import { scenarioError } from './errors.ts'
import type { ArmSettings } from './scenario-schema.ts'
import { isScriptPath } from './script-file.ts'

/** @throws SCENARIO_BAD_VALUE, SCENARIO_BAD_NAME */
export function checkTogether(settings: ArmSettings): ArmSettings {
  const { n, f, byzantine, attack, agreement } = settings
  const below = (field: string, value: number) => {
    if (value < n) return
    const allowed = `below the number of members, n = ${n}`
    throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field, value: `${value}`, allowed })
  }
  below('f', f)
  if (byzantine !== 'f') below('byzantine', byzantine)
  readable('agreement.protocol', agreement.protocol, parseProtocol)
  readable('agreement.rule', agreement.rule, ruleOf)
  readable('agreement.modelRule', agreement.modelRule, ruleOf)
  if (isScriptPath(attack)) throw scenarioError({ code: 'SCENARIO_BAD_VALUE', ...pathInModule(attack) })
  readable('attack', attack, () => attacksOf(settings))
  checkPositions(settings, protocolOf(settings).servers.length)
  checkOrder(settings)
  checkCrashes(settings)
  return settings
}

/** Modules are loaded while a scenario in YAML is read. A scenario in TypeScript is complete when it is defined. */
function pathInModule(path: string) {
  const allowed = 'imported in TypeScript: attack: ownAdversary(name, script)'
  return { field: 'attack', value: `"${path}"`, allowed }
}

/** Where nothing is known of delays, deadlines tell nobody who is late, and no link decides when anything arrives. */
function checkOrder(settings: ArmSettings): void {
  const { synchrony, network } = settings
  const { order, loss, bytesPerSecond } = network
  if (order === 'timely') return
  const wrong = (field: string, value: string, allowed: string) =>
    scenarioError({ code: 'SCENARIO_BAD_VALUE', field, value, allowed })
  if (protocolOf(settings).text !== 'learn')
    throw wrong('network.order', `"${order}"`, 'timely under any protocol but learn')
  if (synchrony.policy === 'synchronous')
    throw wrong(
      'network.order',
      `"${order}"`,
      'timely under synchrony.policy synchronous, which has deadlines',
    )
  for (const [field, value] of Object.entries({ loss, bytesPerSecond }))
    if (value > 0) throw wrong(`network.${field}`, `${value}`, `0 where network.order is ${order}`)
}

function checkCrashes(settings: ArmSettings): void {
  const protocol = protocolOf(settings)
  const attacks = attacksOf(settings)
  const roles = castOf(protocol, settings.n)
  const honest = [...roles.keys()].filter((position) => !attacks.has(position))
  const wrong = wrongCrash(settings.crashes, {
    honest,
    keepers: keepersAmong(protocol, roles, honest),
    mayComeBack: protocol.text === 'learn',
  })
  if (wrong !== undefined) throw scenarioError({ code: 'SCENARIO_BAD_VALUE', field: 'crashes', ...wrong })
}

function readable<V extends string | object>(field: string, value: V, read: (value: V) => unknown): void {
  try {
    read(value)
  } catch (cause) {
    if (!isCoded(cause)) throw cause
    const reason = cause.message
    throw scenarioError({ code: 'SCENARIO_BAD_NAME', field, value: `${value}`, reason }, { cause })
  }
}

export function ruleOf(rule: string | AgreementRule): AgreementRule {
  return typeof rule === 'string' ? parseAgreementRule(rule) : rule
}

export function protocolOf({ agreement }: ArmSettings): Protocol {
  return parseProtocol(agreement.protocol)
}

/** How many of the members that train really attack. */
export function liarsOf({ f, byzantine, attack }: ArmSettings): number {
  if (attack === 'none') return 0
  return byzantine === 'f' ? f : byzantine
}

/** How many of the servers do. */
function lyingServersOf({ byzantineServers, attack }: ArmSettings, { serverF, servers }: Protocol): number {
  if (attack === 'none') return 0
  return byzantineServers === 'declared' ? serverF : Math.min(byzantineServers, servers.length)
}

/** The attack of each attacker, by position: servers have the first positions, and the last of each kind attack. */
export function attacksOf(settings: ArmSettings): ReadonlyMap<number, Attack> {
  const { n, attack } = settings
  if (attack === 'none') return new Map()
  const protocol = protocolOf(settings)
  const servers = protocol.servers.length
  const attacks = typeof attack === 'string' ? parseAttacks(attack) : [attack]
  const last = (count: number, end: number) => Array.from({ length: count }, (_, i) => end - count + i)
  const positions = [
    ...last(liarsOf(settings), servers + n),
    ...last(lyingServersOf(settings, protocol), servers),
  ]
  return new Map(forEachAttacker(attacks, positions.length).map((one, i) => [positions[i] as number, one]))
}
