import { errorsOf, printable, type Sentences } from '../util/coded-error.ts'

export type AttackProblem =
  | { readonly code: 'ATTACK_UNKNOWN'; readonly name: string; readonly known: readonly string[] }
  | {
      readonly code: 'ATTACK_BAD_PARAMETER'
      readonly attack: string
      readonly parameter: string
      readonly known: readonly string[]
    }
  | {
      readonly code: 'ATTACK_BAD_VALUE'
      readonly attack: string
      readonly parameter: string
      readonly value: string
      readonly allowed: string
    }
  | {
      readonly code: 'ATTACK_IDLE'
      readonly attack: string
      readonly protocol: string
      readonly reason: string
    }
  | { readonly code: 'ATTACK_SCRIPT_UNREADABLE'; readonly path: string; readonly reason: string }
  | { readonly code: 'ATTACK_NO_SCRIPT'; readonly path: string }
  | { readonly code: 'ATTACK_SCRIPT_FAILED'; readonly name: string; readonly reason: string }

export const attackSentences: Sentences<AttackProblem> = {
  ATTACK_UNKNOWN: ({ name, known }) =>
    `"${printable(name, 40)}" is no attack; choose one of ${known.join(', ')}`,
  ATTACK_BAD_PARAMETER: ({ attack, parameter, known }) =>
    `"${printable(parameter, 40)}" does not fit ${attack}; ` +
    (known.length === 0
      ? 'it has no parameters'
      : `write NAME=VALUE, each name once, with names of ${known.join(', ')}`),
  ATTACK_BAD_VALUE: ({ attack, parameter, value, allowed }) =>
    `${attack}:${parameter} cannot be "${printable(value, 40)}"; use ${allowed}`,
  ATTACK_IDLE: ({ attack, protocol, reason }) => `${attack} does nothing under ${protocol}: ${reason}`,
  ATTACK_SCRIPT_UNREADABLE: ({ path, reason }) =>
    `cannot load the adversary's script ${printable(path)}: ${printable(reason, 200)}; give a .ts or .js module`,
  ATTACK_NO_SCRIPT: ({ path }) =>
    `${printable(path)} exports no adversary; write: export const script: Script = async (world) => { ... }`,
  ATTACK_SCRIPT_FAILED: ({ name, reason }) =>
    `the adversary's script ${printable(name, 40)} failed: ${printable(reason, 200)}; correct it`,
}

export const attackError = errorsOf(attackSentences)
