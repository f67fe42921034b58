const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** A number of bytes to three digits, in powers of 1000: `33.8 MB`. */
export function formatBytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  return `${Number((value / 1000 ** power).toPrecision(3))} ${units[power]}`
}
