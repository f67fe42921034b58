/**
 * Colours by how they look: OKLab (Ottosson, "A perceptual color space for image processing", 2020), in which equal
 * distances look equally far apart. Its matrices are those of that text.
 */

/** Lightness 0 to 1, chroma from 0, hue in degrees. */
export interface Oklch {
  readonly lightness: number
  readonly chroma: number
  readonly hue: number
}

type Triple = readonly [number, number, number]

/** `#rrggbb` of the colour, with as much of its chroma as sRGB has at that lightness and hue. */
export function hexOf(colour: Oklch): string {
  const inGamut = (chroma: number) =>
    linearOf({ ...colour, chroma }).every((channel) => channel >= -1e-4 && channel <= 1.0001)
  let [within, beyond] = [0, colour.chroma]
  if (inGamut(beyond)) within = beyond
  else
    for (let halvings = 0; halvings < 20; halvings++) {
      const middle = (within + beyond) / 2
      if (inGamut(middle)) within = middle
      else beyond = middle
    }
  const channels = linearOf({ ...colour, chroma: within }).map((channel) => {
    const encoded = channel <= 0.0031308 ? 12.92 * channel : 1.055 * channel ** (1 / 2.4) - 0.055
    return Math.round(Math.min(Math.max(encoded, 0), 1) * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

/** Linear sRGB, 0 to 1, of `#rrggbb`. */
export function linearOfHex(hex: string): Triple {
  const channel = (at: number) => {
    const encoded = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** OKLab coordinates of a linear sRGB colour. */
export function oklabOf([red, green, blue]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"): text wants 4.5, lines and areas 3. */
export function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linearOfHex(hex)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function linearOf({ lightness, chroma, hue }: Oklch): Triple {
  const [a, b] = [Math.cos((hue * Math.PI) / 180) * chroma, Math.sin((hue * Math.PI) / 180) * chroma]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}
