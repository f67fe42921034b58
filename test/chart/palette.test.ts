import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contrast, hexOf, linearOfHex, oklabOf } from '../../src/chart/colour.ts'
import { inksOn, paper, ramp, type Scheme, seriesColours } from '../../src/chart/palette.ts'

const schemes: readonly Scheme[] = ['light', 'dark']
type Triple = readonly [number, number, number]

/** Machado, Oliveira, Fernandes 2009, the table at severity 1, as rows on linear sRGB. */
const visions: Readonly<Record<string, readonly [Triple, Triple, Triple]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function seen(hex: string, rows: readonly [Triple, Triple, Triple]): Triple {
  const [red, green, blue] = linearOfHex(hex)
  const channel = ([r, g, b]: Triple) => Math.min(Math.max(r * red + g * green + b * blue, 0), 1)
  return oklabOf([channel(rows[0]), channel(rows[1]), channel(rows[2])])
}

for (const scheme of schemes)
  test(`any two of the eight series stay apart for the colour-blind, ${scheme}`, () => {
    for (const [vision, rows] of Object.entries(visions)) {
      const places = seriesColours[scheme].map((hex) => seen(hex, rows))
      for (const [i, one] of places.entries())
        for (const [j, other] of places.slice(0, i).entries()) {
          const distance = Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])
          // Five times what can just be noticed side by side, about 0.02 in OKLab, less one fifth for distance.
          assert.ok(distance > 0.08, `${vision}: series ${i} and ${j}: ${distance}`)
        }
    }
  })

for (const scheme of schemes)
  test(`series have a contrast of 3 to the surface, and text one of 4.5, ${scheme}`, () => {
    const { surface, ink, muted } = paper[scheme]
    for (const hex of seriesColours[scheme]) assert.ok(contrast(hex, surface) >= 3, hex)
    for (const hex of [ink, muted]) assert.ok(contrast(hex, surface) >= 4.5, hex)
  })

for (const scheme of schemes)
  for (const kind of ['sequential', 'diverging'] as const)
    test(`a ${kind} ramp goes in equal steps of lightness, and its text reads, ${scheme}`, () => {
      const colours = ramp(kind, scheme)
      const lightness = colours.map((hex) => oklabOf(linearOfHex(hex))[0])
      const half = kind === 'sequential' ? lightness : lightness.slice((lightness.length - 1) / 2)
      const steps = half.slice(1).map((one, i) => one - (half[i] ?? 0))
      const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
      assert.ok(Math.abs(mean) > 0.02, `${mean}`)
      for (const step of steps) assert.ok(Math.abs(step - mean) < 0.006, `${step} against ${mean}`)
      for (const [i, ink] of inksOn(colours).entries()) assert.ok(contrast(ink, colours[i] ?? '') >= 4.5)
      if (kind === 'diverging')
        for (const [i, one] of lightness.entries())
          assert.ok(Math.abs(one - (lightness.at(-1 - i) ?? 0)) < 0.006, 'both sides weigh the same')
    })

test('a colour outside of sRGB is given with less chroma, at its own lightness', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      fc.double({ min: 0, max: 360, noNaN: true }),
      (lightness, hue) => {
        const hex = hexOf({ lightness, chroma: 0.4, hue })
        assert.match(hex, /^#[0-9a-f]{6}$/)
        assert.ok(Math.abs(oklabOf(linearOfHex(hex))[0] - lightness) < 0.01)
      },
    ),
  )
})

test('known colours have the known coordinates', () => {
  // Ottosson 2020: white is (1, 0, 0); contrast of black and white is 21 by definition.
  const [lightness, a, b] = oklabOf(linearOfHex('#ffffff'))
  assert.ok(Math.abs(lightness - 1) < 1e-6 && Math.hypot(a, b) < 1e-6)
  assert.ok(Math.abs(contrast('#000000', '#ffffff') - 21) < 1e-9)
})
