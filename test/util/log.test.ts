import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CodedError } from '../../src/util/coded-error.ts'
import { createLog, type LogFormat, type LogLevel, lineOf, silentLog } from '../../src/util/log.ts'

function logTo(lines: string[], level: LogLevel = 'debug', format: LogFormat = 'text') {
  return createLog({ level, format, write: (line) => lines.push(line) })
}

test('a line for people starts with time, level and code, and ends with its fields', () => {
  const lines: string[] = []
  logTo(lines).warn('sent a NaN', { code: 'CODEC_NOT_FINITE', peer: 'p1', times: 3, absent: undefined })
  assert.match(lines.join(), /^\d\d:\d\d:\d\d warn {2}CODEC_NOT_FINITE sent a NaN peer=p1 times=3$/)
})

test('a line for machines is one JSON object', () => {
  const lines: string[] = []
  logTo(lines, 'info', 'json').error('cannot go on', { code: 'DAEMON_BAD_STATE', step: 7 })
  const { time, ...rest } = JSON.parse(lines[0] ?? '')
  assert.ok(!Number.isNaN(Date.parse(time)))
  assert.deepEqual(rest, { level: 'error', msg: 'cannot go on', code: 'DAEMON_BAD_STATE', step: 7 })
})

test('what is below the level is not written', () => {
  const lines: string[] = []
  const log = logTo(lines, 'warn')
  for (const write of [log.debug, log.info, log.warn, log.error]) write('x')
  assert.equal(lines.length, 2)
  silentLog.error('x')
})

test('a line stays one line, whatever a stranger put into it', () => {
  const lines: string[] = []
  logTo(lines).info('first\nsecond', { name: '\x1b[2J\r\n' })
  assert.match(lines.join(), /first\?second name=\?\[2J\?\?$/)
})

test('a coded error is its sentence, and its code in a field', () => {
  assert.deepEqual(lineOf(new CodedError({ code: 'X_Y' }, 'what was wrong')), [
    'what was wrong',
    { code: 'X_Y' },
  ])
})
