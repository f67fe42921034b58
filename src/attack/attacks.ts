/**
 * The table from name to attack, and the grammar: `ipm`, `ipm:tau=0.5`, `alie:tau=1.5,ddof=0`.
 *
 * For red teams: to see what a rule withstands. Three kinds: what is said (a vector forged from what the honest said), how
 * it is said (to whom, or whether at all), and what is learnt (poisoned data).
 */
import type { Mesh } from '../mesh/mesh.ts'
import { alie } from './alie.ts'
import type { VectorAttack } from './attack.ts'
import { constant } from './constant.ts'
import { attackError } from './errors.ts'
import { gaussian } from './gaussian.ts'
import { ipm } from './ipm.ts'
import { type Conspiracy, equivocating, garbage, rushing, silent } from './misbehave.ts'
import { signFlip } from './sign-flip.ts'

type Numbers = Readonly<Record<string, number>>

interface Row {
  readonly about: string
  /** Parameters and their defaults; NaN stands for "none". */
  readonly defaults: Numbers
  readonly decorate: (mesh: Mesh, numbers: Numbers, conspiracy: Conspiracy) => Mesh
  /** Also trains on labels 9 - y. */
  readonly flipsLabels?: true
}

const number = (numbers: Numbers, name: string) => numbers[name] ?? Number.NaN

/** An attack that forges a vector from what the honest said. */
function forging(about: string, defaults: Numbers, make: (numbers: Numbers) => VectorAttack): Row {
  return {
    about,
    defaults,
    decorate: (mesh, numbers, conspiracy) => rushing(mesh, make(numbers), conspiracy),
  }
}

export const attackTable: Readonly<Record<string, Row>> = {
  'sign-flip': forging('says -scale times the honest mean', { scale: 1 }, (p) =>
    signFlip(number(p, 'scale')),
  ),
  ipm: forging('says -tau times the honest mean (Fall of Empires)', { tau: 10 }, (p) =>
    ipm(number(p, 'tau')),
  ),
  alie: forging(
    'says the honest mean plus tau standard deviations (A little is enough)',
    { tau: 1.5, ddof: 1 },
    (p) => alie(number(p, 'tau'), number(p, 'ddof')),
  ),
  gaussian: forging('says normal noise', { mu: 0, sigma: 1 }, (p) =>
    gaussian(number(p, 'mu'), number(p, 'sigma')),
  ),
  zero: forging('says zero', {}, () => constant(0)),
  nan: forging('says NaN', {}, () => constant(Number.NaN)),
  'label-flip': {
    about: 'trains on labels 9 - y and follows the protocol',
    defaults: {},
    decorate: (mesh) => mesh,
    flipsLabels: true,
  },
  silent: {
    about: 'says nothing from step `from` on',
    defaults: { from: 1 },
    decorate: (mesh, p) => silent(mesh, number(p, 'from')),
  },
  equivocate: {
    about: 'tells half of the others scale times its vector and the other half -scale times it',
    defaults: { scale: 10 },
    decorate: (mesh, p) => equivocating(mesh, number(p, 'scale')),
  },
  garbage: {
    about: 'says random bytes: `length` of them, or as many as a vector has',
    defaults: { length: Number.NaN },
    decorate: (mesh, p) => garbage(mesh, Number.isNaN(number(p, 'length')) ? undefined : number(p, 'length')),
  },
}

export interface Attack {
  readonly name: string
  /** As written in a report: `ipm:tau=0.5`, defaults included. */
  readonly text: string
  readonly flipsLabels: boolean
  /** The mesh as the attacker's protocol code sees it. */
  misbehave(mesh: Mesh, conspiracy: Conspiracy): Mesh
}

/** @throws ATTACK_UNKNOWN, ATTACK_BAD_PARAMETER */
export function parseAttack(text: string): Attack {
  const [name = '', ...rest] = text.trim().split(':')
  const row = Object.hasOwn(attackTable, name) ? attackTable[name] : undefined
  if (row === undefined) throw attackError({ code: 'ATTACK_UNKNOWN', name, known: Object.keys(attackTable) })
  const known = Object.keys(row.defaults)
  const given = rest.join(':').split(',').filter(Boolean)
  const numbers = { ...row.defaults }
  for (const parameter of given) {
    const [key = '', value = ''] = parameter.split('=').map((part) => part.trim())
    const parsed = Number(value)
    if (!known.includes(key) || value === '' || !Number.isFinite(parsed))
      throw attackError({ code: 'ATTACK_BAD_PARAMETER', attack: name, parameter, known })
    numbers[key] = parsed
  }
  const shown = Object.entries(numbers).filter(([, value]) => !Number.isNaN(value))
  return {
    name,
    text: shown.length === 0 ? name : `${name}:${shown.map(([key, value]) => `${key}=${value}`).join(',')}`,
    flipsLabels: row.flipsLabels === true,
    misbehave: (mesh, conspiracy) => row.decorate(mesh, numbers, conspiracy),
  }
}
