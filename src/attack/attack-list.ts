/** Several attacks in one text, one for each attacker: `ipm:tau=2,from=10,alie`. */
import { type Attack, parseAttack } from './attacks.ts'

/**
 * A comma also stands between an attack's parameters: only what starts with a letter and has no `=` first is a name, and only
 * what starts with a dot or a slash the path of a script.
 */
export function splitAttacks(text: string): string[] {
  return text.split(/,(?=\s*(?:[a-z-]+\s*(?:[:,]|$)|[./]))/)
}

/** @throws ATTACK_UNKNOWN, ATTACK_BAD_PARAMETER, ATTACK_BAD_VALUE */
export function parseAttacks(text: string): Attack[] {
  return splitAttacks(text).map(parseAttack)
}

/** One for each of `count` attackers; the last repeats. */
export function forEachAttacker<A>(attacks: readonly A[], count: number): A[] {
  return Array.from({ length: count }, (_, i) => attacks[Math.min(i, attacks.length - 1)] as A)
}
