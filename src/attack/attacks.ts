/**
 * Attacks as they are written: `ipm`, `ipm:tau=0.5`, `min-max:dev=sign,from=10`. For red teams: to see what a rule
 * withstands. What there is stands in attack-table.ts; every attack that says something also takes `from` and `every`.
 */
import type { Mesh } from '../mesh/mesh.ts'
import { type Parameters, readParameters } from '../util/parameter.ts'
import type { VectorAttack } from './attack.ts'
import type { AttackRow, Poison, WhyIdle } from './attack-row.ts'
import { attackTable } from './attack-table.ts'
import type { Conspiracy } from './conspiracy.ts'
import { attackError } from './errors.ts'
import { always, type Occasions, occasionParameters, onOccasion } from './occasions.ts'
import type { Script } from './script.ts'

export interface Attack {
  readonly name: string
  /** As written in a report: `ipm:tau=0.5`, its own defaults included. */
  readonly text: string
  /** What the attacker's learner does to its data. */
  readonly poison?: Poison
  /** The attack on vectors by itself, where it is the same vector for all: each call makes one that has seen nothing yet. */
  readonly forge?: () => VectorAttack
  /** The same where there is one receiver; present for every attack that forges what one hears. */
  readonly forgeAlone?: () => VectorAttack
  /** Why it does nothing on some ground, where it may (ground.ts). */
  readonly whyIdle?: WhyIdle
  /** What moves the attacker, of a script of one's own (own-adversary.ts): by `play`, and `misbehave` changes nothing. */
  readonly script?: Script
  /** The mesh as the attacker's protocol code sees it. */
  misbehave(mesh: Mesh, conspiracy: Conspiracy): Mesh
}

/** @throws ATTACK_UNKNOWN, ATTACK_BAD_PARAMETER */
export function parseAttack(text: string): Attack {
  const [head = '', ...tail] = text.split(':')
  const name = head.trim()
  const row = Object.hasOwn(attackTable, name) ? attackTable[name] : undefined
  if (row === undefined) throw attackError({ code: 'ATTACK_UNKNOWN', name, known: Object.keys(attackTable) })
  const { values, occasions, written } = readText(name, row, tail.join(':'))
  const { forge, forgeAlone = forge, whyIdle, decorate } = row.make(values)
  return {
    name,
    text: written.length === 0 ? name : `${name}:${written.join(',')}`,
    ...(row.poison === undefined ? {} : { poison: row.poison }),
    ...(forge === undefined ? {} : { forge }),
    ...(forgeAlone === undefined ? {} : { forgeAlone }),
    ...(whyIdle === undefined ? {} : { whyIdle }),
    misbehave: (mesh, conspiracy) =>
      decorate === undefined ? mesh : onOccasion(mesh, decorate(mesh, conspiracy), occasions, conspiracy),
  }
}

interface Read {
  readonly values: Readonly<Record<string, unknown>>
  readonly occasions: Occasions
  /** The attack's own parameters, and the others where they were given. */
  readonly written: readonly string[]
}

function readText(attack: string, row: AttackRow, text: string): Read {
  const known: Parameters = row.says ? { ...row.parameters, ...occasionParameters } : row.parameters
  const { values, given } = readParameters(known, text, (misread) => {
    throw 'known' in misread
      ? attackError({ code: 'ATTACK_BAD_PARAMETER', attack, ...misread })
      : attackError({ code: 'ATTACK_BAD_VALUE', attack, ...misread })
  })
  const { from, every } = { ...always, ...values }
  return {
    values,
    occasions: { from, every },
    written: Object.entries(known).flatMap(([name, { default: byDefault }]) =>
      given.has(name) || name in row.parameters ? [`${name}=${given.get(name) ?? byDefault}`] : [],
    ),
  }
}
