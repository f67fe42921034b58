/** Numbers as a reader sees them: a true minus sign, commas in long ones, powers of ten where they get too long. */

/** One value by itself: with `decimals`, or to three digits. */
export function formatValue(value: number, decimals?: number): string {
  if (decimals !== undefined) return grouped(value.toFixed(decimals))
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return scientific(value, exponentOf(value), 2)
  return grouped(trimmed(value.toFixed(Math.max(0, 2 - exponentOf(size === 0 ? 1 : value)))))
}

/** All ticks of a linear axis, alike: with as many decimals, or with one power of ten for all. */
export function formatLinear(ticks: readonly number[]): string[] {
  const size = Math.max(...ticks.map(Math.abs))
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0)
  const decimals = Math.max(0, -exponentOf(step))
  const exponent = exponentOf(size)
  if (size < 1e6 && decimals <= 4) return ticks.map((tick) => grouped(tick.toFixed(decimals)))
  return ticks.map((tick) => scientific(tick, exponent, Math.max(0, exponent - exponentOf(step))))
}

/** All ticks of a log axis, alike: as numbers where they are short, else as powers of ten. */
export function formatLog(ticks: readonly number[]): string[] {
  const short = ticks.every((tick) => tick >= 0.00099 && tick < 1e5)
  return ticks.map((tick) =>
    short ? grouped(trimmed(tick.toFixed(Math.max(0, -exponentOf(tick))))) : powerOfTen(tick),
  )
}

function powerOfTen(value: number): string {
  const exponent = exponentOf(value)
  const mantissa = Math.round(value / 10 ** exponent)
  const power = `10${superscript(exponent)}`
  return mantissa === 1 ? power : `${mantissa}\u00d7${power}`
}

function scientific(value: number, exponent: number, decimals: number): string {
  if (value === 0) return '0'
  const mantissa = trimmed((value / 10 ** exponent).toFixed(Math.min(decimals, 20)))
  return `${grouped(mantissa)}\u00d710${superscript(exponent)}`
}

function exponentOf(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9)
}

function superscript(exponent: number): string {
  return [...String(exponent)]
    .map((digit) =>
      digit === '-'
        ? '\u207b'
        : '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[Number(digit)],
    )
    .join('')
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}

/** Commas from four digits on; no minus before a zero. */
function grouped(digits: string): string {
  const [whole = '', fraction] = digits.replace(/^-/, '').split('.')
  const commas = whole.replace(/\B(?=(?:\d{3})+$)/g, ',')
  const size = fraction === undefined ? commas : `${commas}.${fraction}`
  return digits.startsWith('-') && /[1-9]/.test(size) ? `\u2212${size}` : size
}
