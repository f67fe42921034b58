/** The colours of all pictures, each in a light and a dark scheme. */
import { contrast, hexOf, type Oklch } from './colour.ts'

export type Scheme = 'light' | 'dark'

/** What everything but the data is drawn in. */
export const paper = {
  light: { surface: '#ffffff', ink: '#1c2128', muted: '#57606a', grid: '#e6e9ed', axis: '#8b949e' },
  dark: { surface: '#12161c', ink: '#e6ebf1', muted: '#9ba6b2', grid: '#262d36', axis: '#6b7683' },
} as const satisfies Record<Scheme, Record<string, string>>

/**
 * Eight series: blue, orange, green, violet, ochre, sky, grey, rose. Found by a search in OKLab for the greatest distance
 * between any two, as people with each kind of colour blindness see them too (Machado, Oliveira, Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency", 2009), with a contrast of 3 to the surface.
 */
export const seriesColours = {
  light: ['#3e57af', '#cc551c', '#368d88', '#53146a', '#5f4801', '#1c9ae0', '#292929', '#893967'],
  dark: ['#5278ac', '#c78620', '#9cd09f', '#d199f8', '#e5ee77', '#79f4ff', '#9a9c9e', '#a36754'],
} as const satisfies Record<Scheme, readonly string[]>

/** How lines of one colour differ: the first eight series are solid, the next eight dashed, and so on. */
export const dashes = ['none', '7 4', '2 3', '9 3 2 3'] as const

/** More cannot be told apart. */
export const maxSeries = seriesColours.light.length * dashes.length

/** The classes that give series number `index` its colour and its dashes. */
export function seriesClass(index: number): string {
  const colour = index % seriesColours.light.length
  const dash = Math.floor(index / seriesColours.light.length)
  return dash === 0 ? `s${colour}` : `s${colour} d${dash}`
}

export type RampKind = 'sequential' | 'diverging'

/** Steps of a ramp: odd, so that a diverging one has a middle. Cells print their value; the colour is for finding it. */
export const rampSteps = 21

/**
 * From the least to the greatest value in equal steps of lightness. Sequential: the least is close to the surface. Diverging:
 * the middle is, orange lies below it and blue above.
 */
export function ramp(kind: RampKind, scheme: Scheme): readonly string[] {
  const colourAt = kind === 'sequential' ? sequentialAt : divergingAt
  return Array.from({ length: rampSteps }, (_, i) => hexOf(colourAt(i / (rampSteps - 1), scheme)))
}

/** Black or white, whichever reads better on each step of a ramp. */
export function inksOn(colours: readonly string[]): readonly string[] {
  return colours.map((colour) =>
    contrast('#000000', colour) >= contrast('#ffffff', colour) ? '#000000' : '#ffffff',
  )
}

function sequentialAt(t: number, scheme: Scheme): Oklch {
  return scheme === 'light'
    ? { lightness: 0.97 - 0.59 * t, chroma: 0.035 + 0.09 * t, hue: 120 + 145 * t ** 0.8 }
    : { lightness: 0.27 + 0.65 * t, chroma: 0.05 + 0.09 * Math.sin(Math.PI * t * 0.8), hue: 270 - 150 * t }
}

function divergingAt(t: number, scheme: Scheme): Oklch {
  const away = Math.abs(2 * t - 1)
  return {
    lightness: scheme === 'light' ? 0.965 - 0.5 * away : 0.28 + 0.47 * away,
    chroma: 0.004 + 0.14 * away,
    hue: t < 0.5 ? 50 : 250,
  }
}
