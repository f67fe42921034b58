/** What is computed when it is first asked for, and then known; what it was computed from is let go. */
export function once<T>(compute: () => T): () => T {
  let state: { readonly compute: () => T } | { readonly value: T } = { compute }
  return () => {
    if ('compute' in state) state = { value: state.compute() }
    return state.value
  }
}
