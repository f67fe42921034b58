/** One text for one value: JSON with sorted keys and no spaces, so that equal values have equal digests. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Keys in order of their UTF-16 units, numbers as ECMAScript prints them: RFC 8785 (JSON Canonicalization Scheme).
 * A key whose value is undefined is left out.
 */
export function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
