// The exports of the module. It is compiled twice: with relaxed SIMD and without.
export { quantize } from './activation-bytes'
export { attention } from './attention'
export { gelu } from './gelu'
export { head, normedHead } from './head'
export { embed, skipNorm } from './layer-norm'
export { linear, linearOfSeven } from './linear'
export { readsUnsignedBytes } from './probe'
export { rotate } from './rotary'
