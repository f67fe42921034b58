/**
 * A peer's state directory: what it must not lose, and what tells others on this machine that it runs.
 *
 *     identity.key        who this peer is; back it up
 *     swarm.json          the swarm document, the roster, the members' addresses, and whether learning began
 *     model.safetensors   the model
 *     lock                while it runs: its process id and its control socket
 *     control.sock        while it runs
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { rosterSchema } from '../peer/roster.ts'
import { documentSchema, peerIdSchema } from '../peer/swarm-document.ts'
import { writeWhole } from '../util/write-file.ts'
import { daemonError } from './errors.ts'

/** A unix socket's path must fit into 104 bytes on macOS and 108 on Linux, its closing zero included. */
const maxSocketPathBytes = 100

const lockSchema = z.object({ pid: z.int().positive(), socket: z.string() })
export type Lock = z.infer<typeof lockSchema>

const membershipSchema = z.strictObject({
  document: documentSchema,
  signed: rosterSchema,
  addresses: z.record(peerIdSchema, z.array(z.string())),
  /** Whether this peer may have said something of a step: written before it does. */
  hasBegun: z.boolean(),
})
/** What a member must remember of its swarm. */
export type Membership = z.infer<typeof membershipSchema>

export function keyPath(data: string): string {
  return join(data, 'identity.key')
}

export function modelPath(data: string): string {
  return join(data, 'model.safetensors')
}

/** Makes the directory where it is missing, for its owner alone. */
export async function makeStateDirectory(data: string): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o700 })
}

/**
 * Takes the directory for this process, and chooses where its control socket is: in the directory, or, where that path is
 * too long for a socket, in a fresh directory of the system's temporary one.
 *
 * @throws DAEMON_DATA_IN_USE
 */
export async function takeLock(data: string): Promise<Lock> {
  const path = lockPath(data)
  const holder = await readLock(data)
  if (holder !== undefined && holder.pid !== process.pid && isRunning(holder.pid))
    throw daemonError({ code: 'DAEMON_DATA_IN_USE', data, pid: holder.pid })
  await rm(path, { force: true })
  const lock = { pid: process.pid, socket: await chooseSocketPath(data) }
  try {
    await writeWhole(path, JSON.stringify(lock), { mode: 0o600, create: true })
  } catch (cause) {
    const winner = await readLock(data)
    if (winner === undefined) throw cause
    throw daemonError({ code: 'DAEMON_DATA_IN_USE', data, pid: winner.pid }, { cause })
  }
  return lock
}

export async function releaseLock(data: string, { socket }: Lock): Promise<void> {
  await rm(lockPath(data), { force: true })
  await rm(dirname(socket) === data ? socket : dirname(socket), { recursive: true, force: true })
}

/** Who runs in the directory, or ran there and crashed; undefined where nobody does. */
export async function readLock(data: string): Promise<Lock | undefined> {
  const text = await readIfThere(lockPath(data))
  if (text === undefined) return undefined
  return lockSchema.safeParse(jsonOrNothing(text)).data
}

/** Whether a process of this id exists. It may belong to somebody else. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What the peer remembers of its swarm, if anything. Its signatures are not checked here. Throws DAEMON_BAD_STATE. */
export async function readMembership(data: string): Promise<Membership | undefined> {
  const path = membershipPath(data)
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const { data: membership } = membershipSchema.safeParse(jsonOrNothing(text))
  if (membership === undefined)
    throw daemonError({ code: 'DAEMON_BAD_STATE', path, reason: 'it is not what a peer writes' })
  return membership
}

export async function writeMembership(data: string, membership: Membership): Promise<void> {
  await writeWhole(membershipPath(data), JSON.stringify(membership, undefined, 2), { mode: 0o600 })
}

const lockPath = (data: string) => join(data, 'lock')
const membershipPath = (data: string) => join(data, 'swarm.json')

async function chooseSocketPath(data: string): Promise<string> {
  const inside = join(data, 'control.sock')
  if (process.platform === 'win32') return `\\\\.\\pipe\\medoid-${process.pid}`
  if (Buffer.byteLength(inside) <= maxSocketPathBytes) {
    await rm(inside, { force: true })
    return inside
  }
  return join(await mkdtemp(join(tmpdir(), 'medoid-')), 'control.sock')
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
