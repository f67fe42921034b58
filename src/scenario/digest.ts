/** What a run is told apart by: its settings and its seed. */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../util/canonical-json.ts'
import { journalFormat } from './journal.ts'
import type { ArmSettings } from './scenario-schema.ts'

/**
 * 16 hexadecimal digits over all settings but the label. A rule or an attack of one's own counts by its name and by `source`,
 * the text of the file that it stands in: whatever is changed there, its runs are run again. What that file imports is not seen.
 */
export function digestOf(settings: ArmSettings, source = ''): string {
  const { label: _, ...rest } = settings
  const described = plain(rest, source)
  return createHash('sha256')
    .update(canonicalJson({ journalFormat, settings: described }))
    .digest('hex')
    .slice(0, 16)
}

function plain(value: unknown, source: string): Json {
  if (typeof value !== 'object' || value === null) return value as Json
  if (Array.isArray(value)) return value.map((one) => plain(one, source))
  if ('text' in value) return { own: String(value.text), source }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one, source)]))
}
