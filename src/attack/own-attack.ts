/** An attack of one's own, where the table of attacks has none like it: for simulations. */
import type { VectorAttack } from './attack.ts'
import type { Attack } from './attacks.ts'
import { rushing } from './rushing.ts'

/**
 * Usable wherever an attack read by `parseAttack` is.
 *
 * @param name what tables and pictures call it
 * @param forge what each attacker says to all, from what it has heard
 */
export function ownAttack(name: string, forge: VectorAttack): Attack {
  return {
    name,
    text: name,
    forge: () => forge,
    forgeAlone: () => forge,
    misbehave: (mesh, conspiracy) => rushing(mesh, () => forge, conspiracy),
  }
}
