/**
 * The control socket: how the owner of a daemon talks to it. A unix socket that nobody else can open; one line of JSON in,
 * one line of JSON out, then it closes.
 *
 *     -> {"ask":"status"}
 *     <- {"pid":4711,"peer":"12D3KooW...",...}
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { z } from 'zod'
import { daemonError } from './errors.ts'
import { isRunning, readLock } from './state-directory.ts'
import { type DaemonStatus, statusSchema } from './status.ts'

const requestSchema = z.strictObject({ ask: z.literal('status') })

/** Longer lines are no requests. */
const maxRequestLength = 1024
const maxConnections = 16
const timeoutMs = 5_000

export interface ControlSocket {
  close(): Promise<void>
}

export async function serveControl(path: string, status: () => DaemonStatus): Promise<ControlSocket> {
  const server = createServer((socket) => answer(socket, status))
  server.maxConnections = maxConnections
  // Binding happens inside `listen`: with this mask there is no moment at which others could open the socket.
  const mask = process.umask(0o177)
  try {
    server.listen(path)
  } finally {
    process.umask(mask)
  }
  await once(server, 'listening')
  return {
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

function answer(socket: Socket, status: () => DaemonStatus): void {
  socket.setTimeout(timeoutMs, () => socket.destroy())
  // The other side may be gone at any time; then there is nobody to answer.
  socket.on('error', () => socket.destroy())
  let request = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    request += text
    if (request.length > maxRequestLength) socket.destroy()
    else if (request.includes('\n')) socket.end(`${JSON.stringify(reply(request, status))}\n`)
  })
}

function reply(line: string, status: () => DaemonStatus): unknown {
  try {
    requestSchema.parse(JSON.parse(line))
  } catch {
    return { error: 'the one request is {"ask":"status"}' }
  }
  return status()
}

/**
 * The status of the daemon that runs in the directory `data`.
 *
 * @throws DAEMON_NOT_RUNNING, DAEMON_NO_ANSWER
 */
export async function askStatus(data: string): Promise<DaemonStatus> {
  const lock = await readLock(data)
  if (lock === undefined || !isRunning(lock.pid)) throw daemonError({ code: 'DAEMON_NOT_RUNNING', data })
  try {
    return statusSchema.parse(JSON.parse(await askLine(lock.socket, '{"ask":"status"}')))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw daemonError({ code: 'DAEMON_NO_ANSWER', data, reason }, { cause })
  }
}

async function askLine(path: string, request: string): Promise<string> {
  const socket = connect(path).setEncoding('utf8')
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`nothing came within ${timeoutMs} ms`)))
  socket.write(`${request}\n`)
  let answer = ''
  for await (const part of socket) answer += part
  return answer
}
