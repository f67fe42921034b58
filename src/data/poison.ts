/** Data poisoning: what an attacker does to its own samples before it trains on them. */
import { classes } from './dataset.ts'

/**
 * Label flipping: y becomes 9 - y. The gradients are honestly computed and well formed; only the task is wrong
 * (as in Allen-Zhu et al., "Byzantine-resilient non-convex SGD", 2021, and Karimireddy et al., 2021).
 */
export function flipLabels(labels: Uint8Array): Uint8Array {
  return labels.map((label) => classes - 1 - label)
}
