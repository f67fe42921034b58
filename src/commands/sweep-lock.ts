/** The directory of a sweep is one process's at a time: another that sorts the journal could lose what this one adds meanwhile. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '../daemon/state-directory.ts'
import { writeWhole } from '../util/write-file.ts'
import { commandError } from './errors.ts'

const lockIn = (directory: string) => join(directory, 'lock')

/**
 * Does `work` while no other process has the directory. What a process left that is gone is taken over.
 *
 * @throws COMMAND_OUT_IN_USE
 */
export async function alone<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const path = lockIn(directory)
  const holder = await holderOf(path)
  if (holder !== undefined && holder !== process.pid && isRunning(holder)) throw inUse(directory, holder)
  await rm(path, { force: true })
  try {
    await writeWhole(path, `${process.pid}\n`, { create: true })
  } catch (cause) {
    const winner = await holderOf(path)
    if (winner === undefined) throw cause
    throw inUse(directory, winner)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

function inUse(out: string, pid: number): Error {
  return commandError({ code: 'COMMAND_OUT_IN_USE', out, pid })
}

/** Undefined where nobody has it, and where what is there names nobody. */
async function holderOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const pid = Number(text)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
}
