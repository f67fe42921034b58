/** What has to be undone, in reverse order of how it was done. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = []

  add(undo: () => Promise<void> | void): void {
    this.#steps.push(undo)
  }

  /** Undoes everything, also where one step fails; then rejects with the first failure. */
  async run(): Promise<void> {
    const failures: unknown[] = []
    for (const undo of this.#steps.splice(0).reverse())
      try {
        await undo()
      } catch (error) {
        failures.push(error)
      }
    if (failures.length > 0) throw failures[0]
  }
}
