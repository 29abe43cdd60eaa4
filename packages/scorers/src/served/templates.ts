// What a reranker that is a decoder reads around a query and a document. A server of vLLM puts the two texts behind each other and nothing more,
// unless it was started with a template of its own: without the model's template its scores hardly tell documents apart.

export interface TextTemplates {
  /** with {query} where it goes */
  readonly query: string
  /** with {document} where it goes */
  readonly document: string
}

/** A template by name, `none` where texts go as they are (the server has one), or your own. */
export type Templates = 'qwen3-reranker' | 'none' | TextTemplates

const INSTRUCTION = 'Given a web search query, retrieve relevant passages that answer the query'

/** as the cards of Qwen3-Reranker have it */
const QWEN3: TextTemplates = {
  query: `<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n<Instruct>: ${INSTRUCTION}\n<Query>: {query}\n`,
  document: '<Document>: {document}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
}

/** Models that are known to need a template. */
export const needsTemplates = (model: string | undefined): boolean => /qwen3-reranker/i.test(model ?? '')

/** The two texts as they are sent. */
export function inTemplates(templates: Templates = 'none') {
  const found = templates === 'qwen3-reranker' ? QWEN3 : templates
  // a function: a text may hold what replacing would take for a pattern
  const fill = (template: string, place: string, text: string) => template.replace(place, () => text)
  return {
    query: (text: string) => (found === 'none' ? text : fill(found.query, '{query}', text)),
    document: (text: string) => (found === 'none' ? text : fill(found.document, '{document}', text)),
  }
}
