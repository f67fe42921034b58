export { expand } from './chacha20'
export { add, subtract, multiply, addProducts, addWeighted } from './sums'
export { spread, split, addSigned } from './signs'
