/** What a row of the table of attacks says, and how its parameters are typed. */
import type { Mesh } from '../mesh/mesh.ts'
import type { Parameters, Values } from '../util/parameter.ts'
import type { PersonalAttack, VectorAttack } from './attack.ts'
import type { Conspiracy } from './conspiracy.ts'
import type { Ground } from './ground.ts'
import { rushing, rushingEach } from './rushing.ts'

/** What an attacker does to its own training data. */
export type Poison = 'label-flip' | 'backdoor'

export interface AttackRow {
  readonly about: string
  /** In the order in which the text of an attack names them. */
  readonly parameters: Parameters
  readonly poison?: Poison
  /** Whether it changes what is said, and so can be told when to. */
  readonly says: boolean
  /** `values` holds what each of `parameters` read. */
  make(values: Readonly<Record<string, unknown>>): Made
}

export type WhyIdle = (ground: Ground) => string | undefined

/** An attack whose parameters have their values. */
export interface Made {
  /** Absent where the attack forges no vector that is one for all. One call makes one attack, with its own memory. */
  readonly forge?: () => VectorAttack
  /** As `forge`, of an attack that has no vector for all: what it says where there is one receiver. */
  readonly forgeAlone?: () => VectorAttack
  /** Why it does nothing on some ground; undefined where it does something. Absent where it always does. */
  readonly whyIdle?: WhyIdle
  /** The mesh as the attacker's protocol sees it; absent where it follows the protocol. */
  readonly decorate?: (mesh: Mesh, conspiracy: Conspiracy) => Mesh
}

/** A vector forged from what the honest said; `make` gets the values of `parameters`. */
export function forging<P extends Parameters>(
  about: string,
  parameters: P,
  make: (values: Values<P>) => VectorAttack,
  poison?: Poison,
): AttackRow {
  const made = (values: Values<P>): Made => ({
    forge: () => make(values),
    decorate: (mesh, conspiracy) => rushing(mesh, () => make(values), conspiracy),
  })
  return {
    about,
    parameters,
    says: true,
    ...(poison === undefined ? {} : { poison }),
    make: (values) => made(values as Values<P>),
  }
}

/** As `forging`, for each receiver another vector. */
export function forgingEach<P extends Parameters>(
  about: string,
  parameters: P,
  make: (values: Values<P>) => PersonalAttack,
): AttackRow {
  return misbehaving(
    about,
    parameters,
    (mesh, values, conspiracy) => rushingEach(mesh, make(values), conspiracy),
    {
      whyIdle:
        () =>
        ({ hearsItsHearers }) =>
          hearsItsHearers
            ? undefined
            : 'those who hear the attacker say no vectors that it could hear; take an attack that says one vector to all, ipm for one',
    },
  )
}

interface Besides<P extends Parameters> {
  readonly forgeAlone?: (values: Values<P>) => VectorAttack
  readonly whyIdle?: (values: Values<P>) => WhyIdle
}

/** How a vector is said: to whom, when, or whether at all. */
export function misbehaving<P extends Parameters>(
  about: string,
  parameters: P,
  decorate: (mesh: Mesh, values: Values<P>, conspiracy: Conspiracy) => Mesh,
  { forgeAlone, whyIdle }: Besides<P> = {},
): AttackRow {
  return {
    about,
    parameters,
    says: true,
    make: (values) => ({
      decorate: (mesh, conspiracy) => decorate(mesh, values as Values<P>, conspiracy),
      ...(forgeAlone && { forgeAlone: () => forgeAlone(values as Values<P>) }),
      ...(whyIdle && { whyIdle: whyIdle(values as Values<P>) }),
    }),
  }
}

/** Poisoned data alone: it follows the protocol. */
export function poisoning(about: string, poison: Poison): AttackRow {
  return { about, parameters: {}, poison, says: false, make: () => ({}) }
}
