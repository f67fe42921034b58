/** Attackers that a script of one's own moves. */
import type { Attack } from './attacks.ts'
import { attackError } from './errors.ts'
import type { AdversaryWorld, Script } from './script.ts'

/**
 * Usable wherever an attack read by `parseAttack` is. In the simulator one run of the script moves all attackers that have
 * it; a daemon's moves that daemon alone.
 *
 * @param name what tables, pictures and reports call it
 */
export function ownAdversary(name: string, script: Script): Attack {
  return {
    name,
    text: name,
    script: (world) => acting(name, script, world),
    misbehave: (mesh) => mesh,
  }
}

/** @throws ATTACK_SCRIPT_FAILED, unless what it fails of is that the run is over */
async function acting(name: string, script: Script, world: AdversaryWorld): Promise<void> {
  try {
    await script(world)
  } catch (cause) {
    if (world.signal.aborted) return
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw attackError({ code: 'ATTACK_SCRIPT_FAILED', name, reason }, { cause })
  }
}
