/**
 * A tag says what a payload is: of which step, phase and kind, at which hop of its phase and, where a protocol needs it,
 * of which origin or part. A peer says at most one payload under a tag to one recipient.
 *
 *     12/gradient/value/0            step 12, gradient agreement, a value, its first exchange
 *     12/gradient/echo/0/o=12D3...   the echo of what that origin said
 *     12/share/row/0/p=3             the third part
 */
import type { PeerId, Step } from './mesh.ts'

export interface Tag {
  /** 0 for what comes before training. */
  readonly step: Step
  /** The part of a step: `gradient`, `model`, `ready`, `done`. */
  readonly phase: string
  /** What is said in it: `value`, or a protocol's own word. */
  readonly kind: string
  /** Which exchange of the phase, from 0. */
  readonly hop: number
  readonly origin?: PeerId
  readonly part?: number
}

/** Covers every tag whose fields equal those that the pattern names. */
export type TagPattern = Partial<Tag>

export function formatTag(tag: Tag): string {
  const origin = tag.origin === undefined ? '' : `/o=${tag.origin}`
  const part = tag.part === undefined ? '' : `/p=${tag.part}`
  return `${tag.step}/${tag.phase}/${tag.kind}/${tag.hop}${origin}${part}`
}

const grammar =
  /^(0|[1-9]\d{0,8})\/([a-z][a-z-]{0,15})\/([a-z][a-z-]{0,15})\/(0|[1-9]\d{0,3})(?:\/o=([A-Za-z0-9]{1,64}))?(?:\/p=(0|[1-9]\d{0,8}))?$/

/** Longer texts are no tags: checked before a stranger's text is parsed. */
export const maxTagLength = 160

/** The tag that `text` spells, or undefined. `formatTag(parseTag(text))` is `text`. */
export function parseTag(text: string): Tag | undefined {
  if (text.length > maxTagLength) return undefined
  const match = grammar.exec(text)
  if (match === null) return undefined
  const [, step, phase, kind, hop, origin, part] = match
  return {
    step: Number(step) as Step,
    phase: phase as string,
    kind: kind as string,
    hop: Number(hop),
    ...(origin === undefined ? {} : { origin: origin as PeerId }),
    ...(part === undefined ? {} : { part: Number(part) }),
  }
}

export function covers(pattern: TagPattern, tag: Tag): boolean {
  return (
    (pattern.step === undefined || pattern.step === tag.step) &&
    (pattern.phase === undefined || pattern.phase === tag.phase) &&
    (pattern.kind === undefined || pattern.kind === tag.kind) &&
    (pattern.hop === undefined || pattern.hop === tag.hop) &&
    (pattern.origin === undefined || pattern.origin === tag.origin) &&
    (pattern.part === undefined || pattern.part === tag.part)
  )
}
