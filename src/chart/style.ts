/** The style sheet inside every picture: one class name at its root keeps it from the rest of a page. */
import { dashes, inksOn, paper, type RampKind, ramp, type Scheme, seriesColours } from './palette.ts'
import { boldKinds, type TextKind, textSizes } from './text.ts'

const root = '.medoid-chart'
const fonts = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",Arial,sans-serif'

/** The sheet of one kind of picture: colours as variables, once for each scheme, and then what they are used for. */
export function styleSheet(kind: 'series' | RampKind): string {
  const colours = kind === 'series' ? seriesVariables : (scheme: Scheme) => rampVariables(kind, scheme)
  const uses = kind === 'series' ? seriesRules : rampRules
  const scheme = (name: Scheme) => `${root}{${variables({ ...paper[name], ...colours(name) })}}`
  return [
    scheme('light'),
    `@media(prefers-color-scheme:dark){${scheme('dark')}}`,
    `${root}{font-family:${fonts};font-variant-numeric:tabular-nums;max-width:100%;height:auto}`,
    ...[...textRules(), ...shapeRules, ...uses()].map((rule) => `${root} ${rule}`),
  ].join('\n')
}

function variables(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')
}

function numbered(prefix: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]))
}

function seriesVariables(scheme: Scheme): Record<string, string> {
  return numbered('s', seriesColours[scheme])
}

/** Diverging ramps have names of their own, so that both kinds may stand on one page. */
function rampVariables(kind: RampKind, scheme: Scheme): Record<string, string> {
  const colours = ramp(kind, scheme)
  return { ...numbered(`${kind[0]}h`, colours), ...numbered(`${kind[0]}t`, inksOn(colours)) }
}

function textRules(): string[] {
  const quiet: readonly TextKind[] = ['subtitle', 'tick', 'note']
  const kinds = Object.keys(textSizes) as TextKind[]
  return kinds.map((kind) => {
    const weight = boldKinds.includes(kind) ? ';font-weight:600' : ''
    return `.${kind}{font-size:${textSizes[kind]}px;fill:var(--${quiet.includes(kind) ? 'muted' : 'ink'})${weight}}`
  })
}

const shapeRules = [
  '.surface{fill:var(--surface)}',
  '.grid{stroke:var(--grid);fill:none}',
  '.axis{stroke:var(--axis);fill:none}',
  '.reference{stroke:var(--ink);stroke-dasharray:4 3;fill:none}',
  // A rim in the colour of the paper, so that text over a line stays readable.
  '.rimmed{paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}',
]

function seriesRules(): string[] {
  return [
    ...seriesColours.light.map((_, i) => `.s${i}{--colour:var(--s${i})}`),
    '.line{stroke:var(--colour);fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}',
    '.band{fill:var(--colour);fill-opacity:.15}',
    '.solid{fill:var(--colour)}',
    ...dashes.map((pattern, i) => `.d${i}{stroke-dasharray:${pattern}}`).slice(1),
    // Below the dashes, which these have none of.
    '.leader{stroke:var(--colour);stroke-dasharray:none;fill:none}',
    '.cross-rim{stroke:var(--surface);stroke-width:5.5;stroke-dasharray:none;fill:none}',
    '.cross{stroke:var(--colour);stroke-width:2.2;stroke-dasharray:none;fill:none}',
  ]
}

function rampRules(): string[] {
  const steps = Object.keys({
    ...rampVariables('sequential', 'light'),
    ...rampVariables('diverging', 'light'),
  })
  return [
    ...steps.map((name) => `.${name}{fill:var(--${name})}`),
    '.empty{fill:none;stroke:var(--grid)}',
    '.hatch{stroke:var(--axis);stroke-opacity:.55;fill:none}',
  ]
}
