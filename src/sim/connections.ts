/** Which members can reach each other: connections that are broken by hand, partitions, processes that are gone. */
import type { PeerId } from '../mesh/mesh.ts'

/** Broken by hand; what is below counts the partitions that keep the two apart. */
const byHand = 0x8000

export class Connections {
  readonly #peers: readonly PeerId[]
  /** [n][n], symmetric; 0 where connected. */
  readonly #broken: Uint16Array
  readonly #gone = new Set<number>()
  readonly #reachable = new Map<number, ReadonlySet<PeerId>>()
  readonly #everyone: ReadonlySet<PeerId>
  #brokenPairs = 0

  constructor(peers: readonly PeerId[]) {
    this.#peers = peers
    this.#broken = new Uint16Array(peers.length ** 2)
    this.#everyone = new Set(peers)
  }

  get areAllUp(): boolean {
    return this.#brokenPairs === 0 && this.#gone.size === 0
  }

  isUp(a: number, b: number): boolean {
    return this.areAllUp || (!this.#gone.has(b) && this.#at(a, b) === 0)
  }

  isGone(member: number): boolean {
    return this.#gone.has(member)
  }

  /** Whom `member` can reach, itself included. One set for all where nothing is broken. */
  reachableFrom(member: number): ReadonlySet<PeerId> {
    if (this.areAllUp) return this.#everyone
    const known = this.#reachable.get(member)
    if (known !== undefined) return known
    const reachable = new Set(this.#peers.filter((_, other) => other === member || this.isUp(member, other)))
    this.#reachable.set(member, reachable)
    return reachable
  }

  /** Each returns whether it changed anything. */
  break(a: number, b: number): boolean {
    return this.#set(a, b, this.#at(a, b) | byHand)
  }

  mend(a: number, b: number): boolean {
    return this.#set(a, b, this.#at(a, b) & ~byHand)
  }

  part(a: number, b: number): boolean {
    return this.#set(a, b, this.#at(a, b) + 1)
  }

  join(a: number, b: number): boolean {
    return this.#set(a, b, this.#at(a, b) - 1)
  }

  setGone(member: number, isGone: boolean): void {
    this.#assertThere(member)
    if (isGone) this.#gone.add(member)
    else this.#gone.delete(member)
    this.#reachable.clear()
  }

  #at(a: number, b: number): number {
    return this.#broken[a * this.#peers.length + b] ?? 0
  }

  /** A position beyond the last would be that of another pair. */
  #assertThere(member: number): void {
    if (this.#peers[member] === undefined) throw new RangeError(`there is no member ${member}`)
  }

  #set(a: number, b: number, value: number): boolean {
    for (const member of [a, b]) this.#assertThere(member)
    const before = this.#at(a, b)
    const n = this.#peers.length
    this.#broken[a * n + b] = value
    this.#broken[b * n + a] = value
    this.#brokenPairs += Number(value !== 0) - Number(before !== 0)
    if ((value !== 0) === (before !== 0)) return false
    this.#reachable.delete(a)
    this.#reachable.delete(b)
    return true
  }
}
