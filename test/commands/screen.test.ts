import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Screen } from '../../src/commands/screen.ts'

const controlSequence = '\x1b['

/** A terminal of that many columns: understands newline, "up n lines" and "clear to the end of the screen". */
function terminal(columns: number) {
  const lines: string[] = ['']
  const write = (text: string) => {
    const [first = '', ...commands] = text.split(controlSequence)
    type(first)
    for (const command of commands) {
      const up = /^(\d+)F/.exec(command)?.[1]
      if (up !== undefined) lines.splice(lines.length - 1 - Number(up), Number.POSITIVE_INFINITY, '')
      else assert.ok(command.startsWith('J'), `unknown command ${command}`)
      type(command.slice(up === undefined ? 1 : up.length + 1))
    }
  }
  const type = (text: string) => {
    const [first = '', ...more] = text.split('\n')
    lines[lines.length - 1] += first
    lines.push(...more)
  }
  return { output: { isTTY: true, columns, write }, shown: () => lines.slice(0, -1) }
}

test('live lines stay at the end, and what is printed stays above them', () => {
  const { output, shown } = terminal(80)
  const screen = new Screen(output)
  screen.show(['step 1', 'peer a'])
  screen.print('a log line')
  screen.show(['step 2'])
  screen.show(['step 3'])
  assert.deepEqual(shown(), ['a log line', 'step 3'])
  screen.settle()
  screen.show(['another run'])
  assert.deepEqual(shown(), ['a log line', 'step 3', 'another run'])
})

test('a live line never wraps, or it could not be taken back', () => {
  const { output, shown } = terminal(10)
  new Screen(output).show(['0123456789abcdef'])
  assert.deepEqual(shown(), ['012345678'])
})

test('where nothing can be rewritten, only what is printed appears', () => {
  let written = ''
  const screen = new Screen({
    write(text) {
      written += text
    },
  })
  screen.show(['live'])
  screen.print('for good')
  assert.equal(screen.isLive, false)
  assert.equal(written, 'for good\n')
})
