/** Waiting that can be called off. */

/** Rejects with the signal's reason as soon as it aborts; otherwise as `promise` does. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) promise.catch(() => {}) // called off before it began: nobody will look at how it ends
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

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
