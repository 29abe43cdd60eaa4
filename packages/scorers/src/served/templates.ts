// The text that a reranker with a decoder needs around a query and a document. vLLM only concatenates the two
// texts unless it was started with a template: without the model's template its scores hardly distinguish
// documents.

export interface TextTemplates {
  /** with {query} as a placeholder */
  readonly query: string
  /** with {document} as a placeholder */
  readonly document: string
}

/** A template by name, `none` for plain texts (the server has a template), or your own. */
export type Templates = 'qwen3-reranker' | 'none' | TextTemplates

const INSTRUCTION = 'Given a web search query, retrieve relevant passages that answer the query'

/** from the model cards of Qwen3-Reranker */
const QWEN3: TextTemplates = {
  query: `<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n<Instruct>: ${INSTRUCTION}\n<Query>: {query}\n`,
  document: '<Document>: {document}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
}

/** Models that need a template. */
export const needsTemplates = (model: string | undefined): boolean => /qwen3-reranker/i.test(model ?? '')

/** The two texts as they are sent. */
export function inTemplates(templates: Templates = 'none') {
  const found = templates === 'qwen3-reranker' ? QWEN3 : templates
  // a function, because a text may contain `$` patterns of replace
  const fill = (template: string, place: string, text: string) => template.replace(place, () => text)
  return {
    query: (text: string) => (found === 'none' ? text : fill(found.query, '{query}', text)),
    document: (text: string) => (found === 'none' ? text : fill(found.document, '{document}', text)),
  }
}
