/** Whoever reads what a command prints may leave before its end, as `head` does: that is no error, and nobody is left to tell. */

interface Written {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/** Codes of writing to nobody: the first time, and from then on. */
const gone = new Set(['EPIPE', 'ERR_STREAM_DESTROYED'])

/** Calls `onLeft` each time that something is written to one of `streams` and nobody reads it. Other errors are thrown. */
export function whenReaderLeaves(streams: readonly Written[], onLeft: () => void): void {
  for (const stream of streams)
    stream.on('error', (error) => {
      if (!gone.has(error.code ?? '')) throw error
      onLeft()
    })
}

/** Errors of the last writes are told in a later turn, and a process that ends before it would never hear of them. */
export function allToldOf(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
