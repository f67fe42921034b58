import type { PersonalAttack } from './attack.ts'

/**
 * Dissensus (He, Karimireddy, Jaggi, "Byzantine-robust decentralized learning via ClippedGossip", 2022): each receiver is
 * told its own vector, minus epsilon times the sum of the honest ones' differences from it, shared among the attackers. With
 * epsilon = 1 that cancels what plain averaging would bring it nearer to the others; beyond, it drives them apart. All are
 * neighbours here, with equal weights, which therefore cancel.
 */
export function dissensus(epsilon: number): PersonalAttack {
  return ({ honest, liars }, receiver) =>
    receiver.map((x, k) => {
      const pull = honest.reduce((sum, vector) => sum + ((vector[k] ?? 0) - x), 0)
      return x - (epsilon * pull) / liars
    })
}
