/** Servers and workers that lie, for protocols in which vectors are said to some, or kept for those who ask. */
import { equivocating } from '../../../src/attack/equivocating.ts'
import { bytesOf, lying, vectorIn } from '../../../src/attack/misbehave.ts'
import { withholding } from '../../../src/attack/silence.ts'
import { type Liar, type ProtocolRun, silent } from '../protocol-swarm.ts'

/** Says what `lie` makes of each vector, to all alike. */
export function saying(lie: (vector: Float32Array) => Float32Array): Liar {
  return { mesh: (mesh) => lying(mesh, ({ payload, say }) => say(bytesOf(lie(vectorIn(payload))))) }
}

export const reversed = saying((vector) => vector.map((x) => -10 * x))
export const huge = saying((vector) => vector.map(() => 1e38))
export const far = saying((vector) => vector.map((x) => x + 1000))
export const notANumber = saying((vector) => vector.map(() => Number.NaN))
export const tooLong = saying((vector) => new Float32Array(vector.length + 1))
/** Off by little, always to the same side. */
export const creeping = saying((vector) => vector.map((x) => x + 0.3))
/** Ten times the vector to one half of its audience, and the opposite to the other. */
export const twoFaced: Liar = { mesh: (mesh) => equivocating(mesh, 10) }

/** Keeps to the protocol, and tells the first `count` of those whom it should tell, the others nothing. */
export function telling(count: number): Liar {
  return { mesh: (mesh) => withholding(mesh, count) }
}

export const kinds: Readonly<Record<string, Liar>> = {
  reversed,
  twoFaced,
  huge,
  notANumber,
  creeping,
  silent,
}

/** `count` liars of a kind, from position `first` on. */
export function liarsFrom(first: number, count: number, liar: Liar): [number, Liar][] {
  return Array.from({ length: count }, (_, i) => [first + i, liar])
}

/** The models that honest workers have in the end: of each step they report one, made of the servers'. */
export function workersModels({ reports, protocol }: ProtocolRun): Float32Array[] {
  return reports
    .slice(protocol.servers.length)
    .flatMap((ofWorker) => ofWorker.findLast(({ model }) => model !== undefined)?.model?.after ?? [])
}
