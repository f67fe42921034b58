/** Who owns which samples. */

/** How samples are dealt to members. */
export type Split =
  /** Uniformly at random, in equal shares. */
  | { readonly kind: 'iid' }
  /** Each class by shares drawn from a symmetric Dirichlet(alpha): the smaller alpha, the more one-sided. */
  | { readonly kind: 'dirichlet'; readonly alpha: number }
