// The lines of a card that load a student, in Markdown.

/** @param repository "owner/name" */
export const usageOf = (repository: string): string[] => [
  'With all its parts, which the figures of the served student need:',
  '',
  '```',
  `npx @disranker/onnx import ${repository} --out bundle`,
  'ALLOW_LOCAL=true npx --package @disranker/edge disranker-edge bundle',
  '```',
  '',
  'As a plain cross-encoder, by its network alone:',
  '',
  '```python',
  'from sentence_transformers import CrossEncoder',
  '',
  `model = CrossEncoder("${repository}")`,
  'model.rank("a query", ["a title and a text", "another text"])',
  '```',
]
