/** Which counters of a key have come: all that lie further back than the window count as if they had. */
import { replayWindow } from './limits.ts'

const wordBits = 32

export class ReplayWindow {
  /** A bit a counter, at its place modulo the window. */
  readonly #seen = new Uint32Array(replayWindow / wordBits)
  #newest = -1

  /** Whether `counter` has not come yet and is not too old to tell. */
  isFresh(counter: number): boolean {
    if (counter > this.#newest) return true
    if (counter <= this.#newest - replayWindow) return false
    const { word, bit } = placeOf(counter)
    return ((this.#seen[word] ?? 0) & bit) === 0
  }

  /** Notes that `counter`, which was fresh, has come. Only for what is authentic: it moves the window. */
  add(counter: number): void {
    if (counter >= this.#newest + replayWindow) this.#seen.fill(0)
    else for (let passed = this.#newest + 1; passed <= counter; passed++) this.#set(passed, false)
    this.#newest = Math.max(this.#newest, counter)
    this.#set(counter, true)
  }

  #set(counter: number, isSeen: boolean): void {
    const { word, bit } = placeOf(counter)
    const before = this.#seen[word] ?? 0
    this.#seen[word] = isSeen ? before | bit : before & ~bit
  }
}

function placeOf(counter: number): { readonly word: number; readonly bit: number } {
  const place = counter % replayWindow
  return { word: Math.floor(place / wordBits), bit: 1 << (place % wordBits) }
}
