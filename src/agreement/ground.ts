/** What a liar finds under a protocol, for the attacks that cannot do everywhere what their name says (attack/ground.ts). */
import { defaultWindow } from '../mesh/mesh.ts'
import type { Protocol, ProtocolPlan } from './protocol.ts'

/** Of a liar with `role`. */
export function groundOf(protocol: Protocol, role: string, plan: ProtocolPlan) {
  const { text, trainer, servers, liesAtLearner = false, hearers } = protocol
  const others = plan.n + servers.length - 1
  const isServer = role !== trainer
  const heardBy = trainer === 'worker' ? servers.length : others
  return {
    protocol: text,
    hearers: isServer ? others : (hearers?.(plan) ?? heardBy),
    // Workers hear servers and servers hear each other, where there are several.
    hearsItsHearers: !liesAtLearner && (isServer ? servers.length > 1 : trainer === 'peer'),
    knowsHonest: isServer || !liesAtLearner,
    window: Math.max(defaultWindow, protocol.window?.(plan) ?? 0),
  }
}
