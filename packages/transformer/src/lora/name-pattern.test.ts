import { expect, test } from 'vitest'
import { matchesName } from './name-pattern.ts'

test.each([
  ['q_proj', 'model.layers.3.self_attn.q_proj.weight', true],
  ['q_proj', 'model.layers.3.self_attn.sq_proj.weight', false],
  ['layers.1', 'model.layers.1.mlp.up_proj.weight', true],
  ['layers.1', 'model.layers.13.mlp.up_proj.weight', false],
  ['layers.1*', 'model.layers.13.mlp.up_proj.weight', true],
  ['mlp.*_proj', 'model.layers.1.mlp.up_proj.weight', true],
  ['score', 'score.weight', true],
  ['*embeddings*', 'bert.embeddings.word_embeddings.weight', true],
  // a dot is a dot
  ['mlp.up', 'mlp_up', false],
])('%s and %s: %s', (pattern, name, wanted) => expect(matchesName(pattern, name)).toBe(wanted))
