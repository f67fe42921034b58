/** Four float32 lanes, and the same four as two registers of float64 lanes. */

/** Lanes 0 and 1. */
// @ts-expect-error: decorator
@inline
export function widenLower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

/** Lanes 2 and 3. */
// @ts-expect-error: decorator
@inline
export function widenUpper(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1))
}

/** Two float32s in memory as float64: needs no shuffle. */
// @ts-expect-error: decorator
@inline
export function loadWide(pointer: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(pointer))
}

/** Rounds to float32. */
// @ts-expect-error: decorator
@inline
export function narrow(lower: v128, upper: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 2)
}

/** Writes four columns from `k` bytes of float32 on, as float64 where `wide`. */
// @ts-expect-error: decorator
@inline
export function put(out: usize, k: usize, lower: v128, upper: v128, wide: bool): void {
  if (wide) {
    v128.store(out + 2 * k, lower)
    v128.store(out + 2 * k, upper, 16)
  } else {
    v128.store(out + k, narrow(lower, upper))
  }
}

/** The bits without the sign, shifted up: unsigned, they order as absolute values do, and NaN is above infinity. */
// @ts-expect-error: decorator
@inline
export function withoutSign(x: v128): v128 {
  return i32x4.add(x, x)
}

/** Whether all were finite of which `greatest` is the greatest `withoutSign`. */
// @ts-expect-error: decorator
@inline
export function allFinite(greatest: v128): bool {
  return !v128.any_true(i32x4.ge_u(greatest, i32x4.splat(0xff000000)))
}

/** The greater of the greatest so far and x, without sign. */
// @ts-expect-error: decorator
@inline
export function greater(greatest: v128, x: v128): v128 {
  return i32x4.max_u(greatest, withoutSign(x))
}
