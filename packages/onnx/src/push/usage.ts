// The code on a card that loads a student, in Markdown.

/**
 * @param repository "owner/name"
 * @param marked whether the network reads exact-match token types, which no other library computes
 */
export const usageOf = (repository: string, marked: boolean): string[] => [
  'With all its parts, which the figures of the served student need:',
  '',
  '```',
  `npx @disranker/onnx import ${repository} --out bundle`,
  'ALLOW_LOCAL=true npx --package @disranker/edge disranker-edge bundle',
  '```',
  '',
  ...(marked ? NOT_PLAIN : plain(repository)),
]

const NOT_PLAIN = [
  'Do not rank with it as a plain cross-encoder (transformers, sentence-transformers, transformers.js): they give the network no exact-match token types, and it ranks badly without them, see the figures.',
]

const plain = (repository: string) => [
  'As a plain cross-encoder, by its network alone:',
  '',
  '```python',
  'from sentence_transformers import CrossEncoder',
  '',
  `model = CrossEncoder("${repository}")`,
  'model.rank("a query", ["a title and a text", "another text"])',
  '```',
]
