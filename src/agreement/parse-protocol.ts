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
