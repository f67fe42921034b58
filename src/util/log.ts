/**
 * Logging: one line an event, JSON for machines or plain text for people, with the code of what happened.
 * Who reads decides the level: `error` is for whom runs the peer and must act; `warn` for what others did wrong or what
 * went on without being whole; `info` for milestones; `debug` for us.
 */
import pino from 'pino'
import { type CodedError, printable } from './coded-error.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export const logFormats = ['text', 'json'] as const
export type LogFormat = (typeof logFormats)[number]

/** Fields that go with a line; `code` stands first in the text form. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly code?: string
}

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Takes one line, without its newline. */
  readonly write: (line: string) => void
}

/** A log that hands finished lines to `write`. */
export function createLog({ level, format, write }: LogOptions): Log {
  const lines = { write: (json: string) => write(format === 'json' ? json.trimEnd() : asText(json)) }
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  )
  const at =
    (name: Exclude<LogLevel, 'silent'>) =>
    (message: string, fields: LogFields = {}) =>
      logger[name](fields, message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** A coded error as a line has it: the sentence, and the code in a field of its own. */
export function lineOf({ code, message }: CodedError): [message: string, fields: { readonly code: string }] {
  return [message.slice(code.length + 2), { code }]
}

/** A log that nobody reads. */
export const silentLog: Log = createLog({ level: 'silent', format: 'json', write: () => {} })

/** `12:04:31 warn  GOSSIP_BAD_SIGNATURE sent an announcement ... peer=12D3KooW... count=3` */
function asText(json: string): string {
  const { time, level, code, msg, ...rest } = JSON.parse(json) as Record<string, unknown>
  const clock = String(time).slice(11, 19)
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${printable(String(value))}`)
  return [
    clock,
    String(level).padEnd(5),
    ...(code === undefined ? [] : [String(code)]),
    printable(String(msg), 1024),
    ...fields,
  ].join(' ')
}
