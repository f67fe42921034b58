/**
 * The table from name to attack. Three kinds: what is said (a vector forged from what the honest said), how it is said (to
 * whom, when, or whether at all), and what is learnt (poisoned data).
 */

import { between, number, oneOf, whole, wordOr } from '../util/parameter.ts'
import { alie } from './alie.ts'
import { alieZ } from './alie-z.ts'
import { antiCge } from './anti-cge.ts'
import { antiClustering } from './anti-clustering.ts'
import { type AttackRow, forging, forgingEach, misbehaving, poisoning } from './attack-row.ts'
import { bitFlip } from './bit-flip.ts'
import { byOwn } from './by-own.ts'
import { cancel } from './cancel.ts'
import { constant } from './constant.ts'
import { delaying } from './delaying.ts'
import { dissensus } from './dissensus.ts'
import { drop } from './drop.ts'
import { epflEmpire } from './epfl-empire.ts'
import { epflLittle } from './epfl-little.ts'
import { equivocating } from './equivocating.ts'
import { flooding } from './flooding.ts'
import { garbage } from './garbage.ts'
import { gaussian } from './gaussian.ts'
import { insideSpread } from './inside-spread.ts'
import { ipm } from './ipm.ts'
import { learningMimic, mimic } from './mimic.ts'
import { minMax } from './min-max.ts'
import { minSum } from './min-sum.ts'
import { oneCoordinate } from './one-coordinate.ts'
import { optimalAlie } from './optimal-alie.ts'
import { optimalIpm } from './optimal-ipm.ts'
import { replaying, sayingStale } from './replaying.ts'
import { reverse } from './reverse.ts'
import { signFlip } from './sign-flip.ts'
import { signNoise } from './sign-noise.ts'
import { silent, withholding } from './silence.ts'
import { uniform } from './uniform.ts'

const most = 1_000_000_000
const ddof = whole(0, 1, 1)
const dev = oneOf('std', 'sign', 'unit_vec')

export const attackTable: Readonly<Record<string, AttackRow>> = {
  'sign-flip': forging('says -scale times the honest mean', { scale: number(1) }, ({ scale }) =>
    signFlip(scale),
  ),
  reverse: forging('says -scale times its own vector (Garfield)', { scale: number(100) }, ({ scale }) =>
    reverse(scale),
  ),
  cancel: forging(
    'says the honest mean turned round, by as much as makes the plain average of all 0 (EPFL)',
    {},
    () => cancel,
  ),
  omniscient: forging(
    'as sign-flip, by a large scale (the omniscient attack of the Krum paper)',
    { scale: number(100) },
    ({ scale }) => signFlip(scale),
  ),
  ipm: forging('says -tau times the honest mean (Fall of Empires)', { tau: number(10) }, ({ tau }) =>
    ipm(tau),
  ),
  'garfield-empire': forging(
    'ipm of the vectors that the attackers would say if they were honest, for those who hear nobody (Garfield)',
    { tau: number(10) },
    ({ tau }) => byOwn(ipm(tau)),
  ),
  'opt-ipm': forging('ipm, with the tau that takes the rule farthest off (byzfl)', {}, () => optimalIpm),
  'epfl-empire': forging('the same, searched as the EPFL attack suites do', {}, () => epflEmpire),
  alie: forging(
    'says the honest mean plus (`down`: minus) tau standard deviations (A little is enough); `auto` reads tau from the ' +
      'normal quantile of the share of `honest` or of `all` vectors',
    {
      tau: wordOr('1.5', ['auto'], number(0)),
      of: oneOf('honest', 'all'),
      direction: oneOf('up', 'down'),
      ddof,
    },
    ({ tau, of, direction, ddof }) => {
      const sign = direction === 'up' ? 1 : -1
      return alie((n, f) => sign * (tau === 'auto' ? alieZ(n, f, of) : tau), ddof)
    },
  ),
  'garfield-little': forging(
    'alie of the vectors that the attackers would say if they were honest (Garfield)',
    { tau: number(1.035), ddof },
    ({ tau, ddof }) => byOwn(alie(() => tau, ddof)),
  ),
  'opt-alie': forging('alie, with the tau that takes the rule farthest off (byzfl)', {}, () => optimalAlie),
  'epfl-little': forging('the same, searched as the EPFL attack suites do', {}, () => epflLittle),
  'min-max': forging(
    'goes off the honest mean until it is as far from an honest vector as two of those from each other',
    { dev },
    ({ dev }) => minMax(dev),
  ),
  'min-sum': forging(
    'goes off the honest mean until its squared distances sum to the least such sum of an honest vector',
    { dev },
    ({ dev }) => minSum(dev),
  ),
  mimic: forging(
    'copies an honest vector: the one at `target`, or one that it chooses during `warmup` exchanges as it varies most',
    { target: wordOr('learned', ['learned'], whole(0, most, 0)), warmup: whole(1, most, 20) },
    ({ target, warmup }) => (target === 'learned' ? learningMimic(warmup) : mimic(target)),
  ),
  'one-coordinate': forging(
    'says the honest mean plus `size` at one coordinate, or at all; `search` takes the rule farthest off',
    {
      size: wordOr('search', ['search'], number(0)),
      at: wordOr('last', ['last', 'all'], whole(0, most, 0)),
    },
    ({ size, at }) => oneCoordinate(at, size === 'search' ? undefined : size),
  ),
  'anti-cge': forging(
    'turns the mean of the shorter honest vectors round, as long as CGE lets it',
    {},
    () => antiCge,
  ),
  'anti-clustering': forging(
    'stands on a chain that leads away from the honest mean, each attacker one link on (against clipped clustering)',
    { length: number(10) },
    ({ length }) => antiClustering(length),
  ),
  gaussian: forging('says normal noise', { mu: number(0), sigma: number(1) }, ({ mu, sigma }) =>
    gaussian(mu, sigma),
  ),
  random: forging(
    'the same, loud: the Gaussian attack of the Krum paper',
    { mu: number(0), sigma: number(200) },
    ({ mu, sigma }) => gaussian(mu, sigma),
  ),
  uniform: forging(
    'says noise, uniform between `low` and `high` (Garfield); it harms averaging where it is larger than gradients are',
    { low: number(0), high: number(1) },
    ({ low, high }) => uniform(low, high),
  ),
  'bit-flip': forging(
    'flips one bit of each coordinate of its vector, with probability `rate`: 31 is the sign, 23 to 30 the exponent',
    { bit: whole(0, 31, 31), rate: between(0, 1, 1) },
    ({ bit, rate }) => bitFlip(bit, rate),
  ),
  drop: forging(
    'says its own vector, in which each coordinate is 0 with probability `share` (Garfield)',
    { share: between(0, 1, 0.3) },
    ({ share }) => drop(share),
  ),
  'sign-noise': forging(
    'says noise of up to `scale`, with as many signs of each kind as the honest mean has, elsewhere (against SignGuard); it ' +
      'harms averaging where `scale` is large against gradients',
    { scale: number(1) },
    ({ scale }) => signNoise(scale),
  ),
  constant: forging('says one value everywhere', { value: number(-100) }, ({ value }) => constant(value)),
  zero: forging('says zero', {}, () => constant(0)),
  inf: forging('says Infinity', {}, () => constant(Number.POSITIVE_INFINITY)),
  nan: forging('says NaN', {}, () => constant(Number.NaN)),
  dissensus: forgingEach(
    'tells each of the others its own vector, pushed away from the rest',
    { epsilon: number(1.5) },
    ({ epsilon }) => dissensus(epsilon),
  ),
  'label-flip': poisoning('trains on labels 9 - y and follows the protocol', 'label-flip'),
  backdoor: forging(
    'trains on images with a trigger, labelled 0, and says what comes of it, or what of it is within tau standard ' +
      'deviations of the honest mean: then it is hard to tell from honest ones and takes root less easily',
    { tau: wordOr('any', ['any'], number(0)), ddof },
    ({ tau, ddof }) => (tau === 'any' ? ({ own }) => Float32Array.from(own) : insideSpread(tau, ddof)),
    'backdoor',
  ),
  silent: misbehaving('says nothing', {}, (mesh, _, conspiracy) => silent(mesh, conspiracy)),
  withhold: misbehaving(
    'says its vector to the first `hearers` of the others alone',
    { hearers: whole(0, most, 1) },
    (mesh, { hearers }, conspiracy) => withholding(mesh, hearers, conspiracy),
    {
      whyIdle: (values) => (ground) =>
        values.hearers < ground.hearers
          ? undefined
          : `${ground.hearers === 1 ? 'one member hears' : `${ground.hearers} members hear`} what the attacker says; take fewer hearers, or silent`,
    },
  ),
  delay: misbehaving(
    'says its vector `ms` milliseconds late',
    { ms: between(0, most, 500) },
    (mesh, { ms }, conspiracy) => delaying(mesh, ms, conspiracy),
  ),
  replay: misbehaving(
    'says what it said `age` steps ago, or last before, as if it were of now',
    { age: whole(1, 1000, 1) },
    (mesh, { age }, conspiracy) => replaying(mesh, age, conspiracy),
  ),
  stale: misbehaving(
    'says its vector, and again what it said `age` steps ago, or last before, under the tag of then',
    { age: whole(1, 1000, 5) },
    (mesh, { age }, conspiracy) => sayingStale(mesh, age, conspiracy),
    {
      whyIdle:
        ({ age }) =>
        ({ window }) =>
          age > window
            ? undefined
            : `the attacker's own mesh says nothing anew of the last ${window} steps; take an age above that`,
    },
  ),
  flood: misbehaving(
    'says its vector, and again under `count` more tags',
    { count: whole(1, 9000, 50) },
    (mesh, { count }, conspiracy) => flooding(mesh, count, conspiracy),
  ),
  equivocate: misbehaving(
    'tells half of the others scale times its vector and the other half -scale times it; a single server hears the former alone, which points where an honest gradient does',
    { scale: number(10) },
    (mesh, { scale }) => equivocating(mesh, scale),
    {
      // To one receiver alone there is one thing to say.
      forgeAlone:
        ({ scale }) =>
        ({ own }) =>
          own.map((x) => scale * x),
    },
  ),
  garbage: misbehaving(
    'says random bytes: `length` of them, or as many as a vector has',
    { length: wordOr('vector', ['vector'], whole(0, most, 0)) },
    (mesh, { length }, conspiracy) => garbage(mesh, length === 'vector' ? undefined : length, conspiracy),
  ),
}
