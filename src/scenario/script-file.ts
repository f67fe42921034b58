/** Reads adversary scripts: TypeScript or JavaScript modules that export one. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import type { Attack } from '../attack/attacks.ts'
import { attackError } from '../attack/errors.ts'
import { ownAdversary } from '../attack/own-adversary.ts'
import type { Script } from '../attack/script.ts'
import { importModule, isModulePath } from '../util/module-file.ts'
import { isSection, type Section } from './sweep.ts'

export interface ScriptFile {
  /** Called as the file is, without its ending. */
  readonly attack: Attack
  /** Its text. */
  readonly source: string
}

/** Whether the text of an attack names a module; the name of no attack of the table ends like one. */
export function isScriptPath(text: unknown): text is string {
  return typeof text === 'string' && isModulePath(text)
}

/** @throws ATTACK_SCRIPT_UNREADABLE, ATTACK_NO_SCRIPT */
export async function readScriptFile(path: string): Promise<ScriptFile> {
  const unreadable = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw attackError({ code: 'ATTACK_SCRIPT_UNREADABLE', path, reason }, { cause })
  }
  const source = await readFile(path, 'utf8').catch(unreadable)
  const { script, default: byDefault } = await importModule(path).catch(unreadable)
  const found = script ?? byDefault
  if (!isScript(found)) throw attackError({ code: 'ATTACK_NO_SCRIPT', path })
  return { attack: ownAdversary(basename(path, extname(path)), found), source }
}

function isScript(value: unknown): value is Script {
  return typeof value === 'function'
}

export interface WithScripts {
  readonly scenario: unknown
  /** The texts of the scripts that were read. */
  readonly sources: readonly string[]
}

/**
 * A scenario as YAML has it, with what is read in the place of each path of a script, beside the arms and in them. Paths are
 * relative to the scenario file at `path`. Throws as `readScriptFile` does.
 */
export async function withScripts(scenario: unknown, path: string): Promise<WithScripts> {
  const read = new Map<string, ScriptFile>()
  const load = async (attack: unknown): Promise<unknown> => {
    if (Array.isArray(attack)) return Promise.all(attack.map(load))
    if (!isScriptPath(attack)) return attack
    const file = read.get(attack) ?? (await readScriptFile(resolve(dirname(path), attack)))
    read.set(attack, file)
    return file.attack
  }
  const loaded = async (section: unknown): Promise<unknown> => {
    if (!isSection(section)) return section
    const { attack, arms } = section
    const changes: Section = {
      ...(attack === undefined ? {} : { attack: await load(attack) }),
      ...(Array.isArray(arms) ? { arms: await Promise.all(arms.map(loaded)) } : {}),
    }
    // Over what was there, so that fields stay in the order in which they were written: sweeps follow it.
    return { ...section, ...changes }
  }
  return { scenario: await loaded(scenario), sources: [...read.values()].map(({ source }) => source) }
}
