/** Waiting that can be called off. */

/** Rejects with the signal's reason as soon as it aborts; otherwise as `promise` does. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, listensOnce)
    const end = () => signal.removeEventListener('abort', onAbort)
    // Also where it was called off before it began: then nobody looks at how it ends.
    promise.then(
      (value) => {
        end()
        resolve(value)
      },
      (error: unknown) => {
        end()
        reject(error)
      },
    )
  })
}

const listensOnce = { once: true } as const

/** One for all: to make one, with its stack trace, costs more than many a body that it ends. */
const noLongerNeeded = new DOMException('no longer needed', 'AbortError')

/** Runs `body` with a signal that aborts when `parent` does, and in any case once `body` is over. */
export async function scoped<T>(parent: AbortSignal, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const scope = new AbortController()
  const onAbort = () => scope.abort(parent.reason)
  parent.throwIfAborted()
  parent.addEventListener('abort', onAbort, { once: true })
  try {
    return await body(scope.signal)
  } finally {
    parent.removeEventListener('abort', onAbort)
    scope.abort(noLongerNeeded)
  }
}
