/** `medoid break`: searches the attacks for the one that does most harm to a rule, on a quick task. */
import { attackTable } from '../attack/attack-table.ts'
import { learnersOf } from '../scenario/arm-learners.ts'
import { type Break, breakWith, broken } from '../scenario/breaking-point.ts'
import { runArm } from '../scenario/run-arm.ts'
import { defineScenario } from '../scenario/scenario.ts'
import type { ArmSettings } from '../scenario/scenario-schema.ts'
import { writeWhole } from '../util/write-file.ts'
import { commandError } from './errors.ts'
import type { Screen } from './screen.ts'

export interface BreakFlags {
  readonly rule: string
  readonly modelRule: string
  readonly members: number
  readonly f: number
  /** How many really attack. @default f */
  readonly byzantine?: number
  /** Attacks to search. @default all */
  readonly attack?: readonly string[]
  readonly steps: number
  readonly seed: number
  /** Where to write what was found, as JSON. */
  readonly json?: string
}

export interface BreakReport {
  readonly rule: string
  readonly modelRule: string
  readonly n: number
  readonly f: number
  readonly byzantine: number
  readonly seed: number
  /** Where those that would attack follow the protocol, measured in the same members for as many steps. */
  readonly unharmed: number
  /** The worst first. */
  readonly attacks: readonly FoundBreak[]
}

export interface FoundBreak extends Break {
  /** Harm above `unharmed`; 0 or less where no way was found to do any. */
  readonly above: number
}

/** The attack that says what its member would have said: so harms with and without an attack are of the same members. */
const following = 'drop:share=0'

/**
 * Prints the attacks, the worst first, each as it does most harm, and from where on it breaks the rule.
 *
 * @throws SCENARIO_*, COMMAND_BAD_OPTION, and AGREEMENT_IMPOSSIBLE where the rule cannot run
 */
export async function breakRule(
  flags: BreakFlags,
  { screen, signal }: { readonly screen: Screen; readonly signal: AbortSignal },
): Promise<BreakReport> {
  const { rule, modelRule, members: n, f, byzantine = f, seed, json } = flags
  const names =
    flags.attack ?? Object.keys(attackTable).filter((name) => attackTable[name]?.poison === undefined)
  const harmOf = harmIn(flags, signal)
  const unharmed = await harmOf(following)
  screen.print(
    `${rule} on gradients and ${modelRule} on models, n = ${n}, f = ${f}, ${byzantine} attack; harm 0: the honest optimum, 1: as far from it as at the start; ${formatHarm(unharmed)} where nobody attacks`,
  )
  const attacks: FoundBreak[] = []
  for (const [i, name] of names.entries()) {
    screen.show([`${i} of ${names.length} attacks searched | ${name}`])
    const found = await breakWith(name, rowOf(name), harmOf)
    attacks.push({ ...found, above: found.harm - unharmed })
  }
  screen.show([])
  attacks.sort((a, b) => b.harm - a.harm)
  const width = Math.max(...attacks.map(({ attack }) => attack.length))
  for (const found of attacks)
    screen.print(`${found.attack.padEnd(width)}  ${formatHarm(found.harm)}  ${verdictOn(found)}`)
  screen.print(conclusion(flags, unharmed, attacks))
  const report = { rule, modelRule, n, f, byzantine, seed, unharmed, attacks }
  if (json !== undefined) await writeWhole(json, `${JSON.stringify(report, finite, 2)}\n`)
  return report
}

/** Harm on the quadratic task, where the honest optimum is known and a run takes a fraction of a second. */
function harmIn(flags: BreakFlags, signal: AbortSignal) {
  const harms = new Map<string, Promise<number>>()
  const measure = async (attack: string) => {
    signal.throwIfAborted()
    const settings = settingsOf(flags, attack)
    const { outcome, sentence, final } = await runArm(settings)
    if (outcome === 'refused')
      throw commandError({
        code: 'COMMAND_BAD_OPTION',
        option: '--rule',
        value: flags.rule,
        allowed: sentence ?? '',
      })
    // Diverged and stalled are as bad as it gets, and so is a loss beyond all numbers.
    if (final?.loss === undefined || final.loss === null) return Number.POSITIVE_INFINITY
    return Math.sqrt(final.loss / (await lossAtStart(settings)))
  }
  return (attack: string): Promise<number> => {
    const harm = harms.get(attack) ?? measure(attack)
    harms.set(attack, harm)
    return harm
  }
}

async function lossAtStart(settings: ArmSettings): Promise<number> {
  const honest = Array.from({ length: settings.n - Number(settings.byzantine) }, (_, i) => i)
  const { measure } = await learnersOf(settings, honest, () => undefined)
  return (await measure(0)).loss
}

function settingsOf(flags: BreakFlags, attack: string): ArmSettings {
  const { rule, modelRule, members: n, f, byzantine = f, steps, seed } = flags
  const { arms } = defineScenario({
    name: 'break',
    n,
    f,
    byzantine,
    attack,
    seed,
    task: { data: 'quadratic', dimension: 50, apart: 0.3, noise: 0.3 },
    training: { steps, learningRate: { rate: 0.3 } },
    agreement: { rule, modelRule },
    evaluation: { everySteps: 0 },
    outsideProof: true,
  })
  return (arms[0] as (typeof arms)[number]).settings
}

function rowOf(name: string) {
  const row = Object.hasOwn(attackTable, name) ? attackTable[name] : undefined
  if (row !== undefined) return row
  const allowed = Object.keys(attackTable).join(', ')
  throw commandError({ code: 'COMMAND_BAD_OPTION', option: '--attack', value: name, allowed })
}

function verdictOn({ harm, above, from }: FoundBreak): string {
  if (above <= 0) return 'no harm found'
  if (harm < broken) return `${formatHarm(above)} above`
  return from === undefined ? 'breaks it' : `breaks it from ${from} on`
}

function conclusion({ rule, steps }: BreakFlags, unharmed: number, attacks: readonly FoundBreak[]): string {
  const [worst] = attacks
  if (worst === undefined) return 'there was nothing to search'
  if (unharmed >= broken) return `${rule} learns nothing in ${steps} steps where nobody attacks; give it more`
  if (worst.above <= 0)
    return `no harm found: under none of ${attacks.length} attacks does ${rule} end farther off than where nobody attacks`
  const breaking = attacks.filter(({ harm }) => harm >= broken)
  if (breaking.length > 0)
    return `${breaking.length} of ${attacks.length} attacks break ${rule}; the worst is ${worst.attack}`
  return `nothing breaks ${rule}; the worst is ${worst.attack}, with harm ${formatHarm(worst.harm)}, ${formatHarm(worst.above)} above that where nobody attacks`
}

function formatHarm(harm: number): string {
  return Number.isFinite(harm) ? harm.toPrecision(3) : 'no end'
}

/** JSON has no Infinity. */
function finite(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? null : value
}
