/** Protocols as they are written: `learn`, `draco:code=cyclic`, `byzsgd:servers=5,gather=10`. */
import { readParameters } from '../util/parameter.ts'
import { agreementError } from './errors.ts'
import type { Protocol } from './protocol.ts'
import { protocolTable } from './protocol-table.ts'

/** @throws AGREEMENT_UNKNOWN_PROTOCOL, AGREEMENT_BAD_PARAMETER */
export function parseProtocol(text: string): Protocol {
  const [head = '', ...tail] = text.split(':')
  const name = head.trim()
  const row = Object.hasOwn(protocolTable, name) ? protocolTable[name] : undefined
  if (row === undefined)
    throw agreementError({ code: 'AGREEMENT_UNKNOWN_PROTOCOL', name, known: Object.keys(protocolTable) })
  const { values, given } = readParameters(row.parameters, tail.join(':'), (misread) => {
    const allowed =
      'known' in misread ? `NAME=VALUE, with ${misread.known.join(', ') || 'no'} names` : misread.allowed
    const value = 'known' in misread ? misread.parameter : `${misread.parameter}=${misread.value}`
    throw agreementError({ code: 'AGREEMENT_BAD_PARAMETER', protocol: name, value, allowed })
  })
  const written = Object.entries(row.parameters).map(
    ([parameter, { default: byDefault }]) => `${parameter}=${given.get(parameter) ?? byDefault}`,
  )
  return { text: written.length === 0 ? name : `${name}:${written.join(',')}`, ...row.make(values) }
}

/** The roles of all members: servers first, then the `n` that train. */
export function castOf({ servers, trainer }: Pick<Protocol, 'servers' | 'trainer'>, n: number): string[] {
  return [...servers, ...Array.from({ length: n }, () => trainer)]
}

/**
 * Of the honest members at `honest`, those whose model is the result; where all who keep it lie, those who train, who have
 * what they were told.
 */
export function keepersAmong(
  { keeper, trainer }: Pick<Protocol, 'keeper' | 'trainer'>,
  roles: readonly string[],
  honest: readonly number[],
): number[] {
  const keepers = honest.filter((position) => roles[position] === keeper)
  return keepers.length > 0 ? keepers : honest.filter((position) => roles[position] === trainer)
}
