// The side module: what TensorFlow.js lacks or does slowly, on its own heap. Pointers are byte addresses there; nothing is
// allocated here. AssemblyScript (a subset of TypeScript for WebAssembly), compiled by packages/assembly into backends/kernels.wasm.
export { gelu, geluGradient, swiglu, swigluGradient } from './activations'
export { attentionProbabilities, attentionProbabilitiesGradient } from './attention-probabilities'
export { crossEntropy, crossEntropyGradient, logSumExp } from './cross-entropy'
export { mergeHeads, splitHeads } from './heads'
export { layerNorm, layerNormGradient } from './layer-norm'
export { matmul } from './matmul'
export { adamw, sumsOfSquares } from './optimizer'
export { rmsNorm, rmsNormGradient } from './rms-norm'
export { rope } from './rope'
export { addBias, addTensors, gatherRows, sumBags, sumBagsById, sumRows, sumRowsById } from './rows'
