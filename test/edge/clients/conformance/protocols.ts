// The rows of APIs without a client of npm: answers and errors are read by what the original's source says that they are, with
// members of other types refused.
import { z } from 'zod'
import { type Conformance, type Read, texts } from './conformance.ts'
import { int, openAiRefused, post, ranked, refusedBy, usage } from './post-checked.ts'

const model = 'disranker'

/** vllm/entrypoints/pooling/scoring/protocol.py: RerankResponse */
const vllmAnswer = z.object({
  id: z.string(),
  model: z.string(),
  usage,
  results: z.array(
    z.object({ index: int, document: z.object({ text: z.string() }), relevance_score: z.number() }),
  ),
})
/** the same: ScoreResponse */
const scoreAnswer = z.object({
  id: z.string(),
  object: z.literal('list'),
  created: int,
  model: z.string(),
  data: z.array(z.object({ index: int, object: z.literal('score'), score: z.number() })),
  usage,
})
const vllmMore = {
  model,
  user: 'somebody',
  truncate_prompt_tokens: -1,
  truncation_side: 'right',
  request_id: 'r-1',
  priority: 0,
  use_activation: true,
  max_tokens_per_query: 0,
  max_tokens_per_doc: 0,
}

const scoreRow = (first: string, second: string, path: string): Conformance => ({
  client: `vLLM: ${first} and ${second}`,
  readBy: 'scoring/protocol.py',
  path,
  request: 'the common parameters of pooling and scoring',
  inOrder: true,
  async ask(to, query): Promise<Read> {
    const answer = await post(to, path, { [first]: query, [second]: texts, ...vllmMore }, scoreAnswer)
    return { scores: answer.data, model: answer.model, billed: answer.usage.total_tokens }
  },
  refused: openAiRefused,
})

export const protocols: readonly Conformance[] = [
  {
    client: 'vLLM: ranks',
    readBy: 'scoring/protocol.py',
    path: '/rerank',
    request: 'top_n, the common parameters of pooling and scoring',
    async ask(to, query) {
      const answer = await post(to, '/rerank', { query, documents: texts, top_n: 3, ...vllmMore }, vllmAnswer)
      return {
        scores: answer.results.map(ranked),
        documents: answer.results.map(({ document }) => document.text),
        model: answer.model,
        billed: answer.usage.total_tokens,
      }
    },
    // of a wrong key vLLM has a text there too (serve/utils: AuthenticationMiddleware)
    refused: refusedBy(
      z.object({
        error: z.union([z.string(), z.object({ message: z.string() }).transform((one) => one.message)]),
      }),
      ({ error }) => error,
    ),
  },
  scoreRow('queries', 'documents', '/score'),
  scoreRow('queries', 'items', '/score'),
  scoreRow('data_1', 'data_2', '/v1/score'),
  scoreRow('text_1', 'text_2', '/v1/score'),
  ...['/tei/rerank', '/rerank'].map(
    (path): Conformance => ({
      client: path === '/rerank' ? 'text-embeddings-inference, at its own path' : 'text-embeddings-inference',
      readBy: 'docs/openapi.json',
      path,
      request: 'raw_scores, return_text, truncate, truncation_direction',
      async ask(to, query) {
        const more = { raw_scores: false, return_text: true, truncate: true, truncation_direction: 'Right' }
        const rank = z.object({ index: int, score: z.number(), text: z.string().nullish() })
        const scores = await post(to, path, { query, texts, ...more }, z.array(rank))
        return { scores: scores.slice(0, 3), documents: scores.slice(0, 3).map(({ text }) => text) }
      },
      // error_type of its ErrorType
      refused: refusedBy(
        z.object({
          error: z.string(),
          error_type: z.literal(['Unhealthy', 'Backend', 'Overloaded', 'Validation', 'Tokenizer', 'Empty']),
        }),
        ({ error }) => error,
      ),
    }),
  ),
  {
    client: 'Infinity',
    readBy: 'fastapi_schemas/pymodels.py, and the types of LiteLLM (infinity/)',
    path: '/infinity/rerank',
    request: 'model, top_n, return_documents, raw_scores',
    async ask(to, query) {
      const more = { model: 'default/not-specified', top_n: 3, return_documents: true, raw_scores: false }
      // ReRankResult; LiteLLM makes { text: document } of a document, so an object would not do
      const answer = z.object({
        object: z.literal('rerank'),
        results: z.array(z.object({ relevance_score: z.number(), index: int, document: z.string() })),
        model: z.string(),
        usage,
        id: z.string(),
        created: int,
      })
      const read = await post(to, '/infinity/rerank', { query, documents: texts, ...more }, answer)
      return {
        scores: read.results.map(ranked),
        documents: read.results.map(({ document }) => document),
        model: read.model,
        billed: read.usage.total_tokens,
      }
    },
    refused: openAiRefused,
  },
  ...['/reranking', '/v1/reranking'].map(
    (path): Conformance => ({
      client: `llama.cpp at ${path}`,
      readBy: 'server-common.cpp, tests/unit/test_rerank.py',
      path,
      request: 'model, top_n',
      async ask(to, query) {
        const answer = z.object({
          model: z.string(),
          object: z.literal('list'),
          usage,
          results: z.array(z.object({ index: int, relevance_score: z.number() })),
        })
        const read = await post(to, path, { model, query, documents: texts, top_n: 3 }, answer)
        return { scores: read.results.map(ranked), model: read.model, billed: read.usage.total_tokens }
      },
      refused: openAiRefused,
    }),
  ),
  {
    client: 'llama.cpp with texts',
    readBy: 'server-common.cpp (is_tei_format)',
    path: '/reranking',
    request: 'return_text',
    async ask(to, query) {
      const rank = z.object({ index: int, score: z.number(), text: z.string() })
      const scores = await post(to, '/reranking', { query, texts, return_text: true }, z.array(rank))
      return { scores: scores.slice(0, 3), documents: scores.slice(0, 3).map(({ text }) => text) }
    },
    refused: openAiRefused,
  },
  {
    client: 'NVIDIA NIM',
    readBy: 'LangChain (NVIDIARerank), LiteLLM',
    path: '/v1/ranking',
    request: 'model, truncate',
    raw: true,
    async ask(to, query) {
      const body = {
        model,
        query: { text: query },
        passages: texts.map((text) => ({ text })),
        truncate: 'END',
      }
      const answer = z.object({ rankings: z.array(z.object({ index: int, logit: z.number() })), usage })
      const { rankings, usage: used } = await post(to, '/v1/ranking', body, answer)
      return {
        scores: rankings.slice(0, 3).map(({ index, logit }) => ({ index, score: logit })),
        billed: used.total_tokens,
      }
    },
    refused: refusedBy(
      z.object({ object: z.literal('error'), message: z.string() }),
      ({ message }) => message,
    ),
  },
  {
    client: 'Jina',
    readBy: 'LiteLLM (jina_ai/)',
    path: '/v1/rerank',
    request: 'model, top_n, return_documents',
    async ask(to, query) {
      const answer = z.object({
        model: z.string(),
        usage: z.object({ total_tokens: int }),
        results: z.array(
          z.object({ index: int, relevance_score: z.number(), document: z.object({ text: z.string() }) }),
        ),
      })
      const body = { model, query, documents: texts, top_n: 3, return_documents: true }
      const read = await post(to, '/v1/rerank', body, answer)
      return {
        scores: read.results.map(ranked),
        documents: read.results.map(({ document }) => document.text),
        model: read.model,
        billed: read.usage.total_tokens,
      }
    },
    // LangChain, LlamaIndex and Haystack raise it
    refused: refusedBy(z.object({ detail: z.string() }), ({ detail }) => detail),
  },
  {
    client: 'DashScope',
    readBy: 'the Python SDK (ReRankResponse.from_api_response)',
    path: '/api/v1/services/rerank/text-rerank/text-rerank',
    request: 'model, top_n, return_documents',
    async ask(to, query) {
      const result = z.object({
        index: int,
        relevance_score: z.number(),
        document: z.object({ text: z.string() }),
      })
      const answer = z.object({
        output: z.object({ results: z.array(result) }),
        usage: z.object({ total_tokens: int }),
        request_id: z.string(),
      })
      const path = '/api/v1/services/rerank/text-rerank/text-rerank'
      const parameters = { top_n: 3, return_documents: true }
      const read = await post(to, path, { model, input: { query, documents: texts }, parameters }, answer)
      return {
        scores: read.output.results.map(ranked),
        documents: read.output.results.map(({ document }) => document.text),
        billed: read.usage.total_tokens,
      }
    },
    refused: dashScopeRefused(),
  },
  {
    client: 'DashScope (compatible)',
    readBy: 'the documentation of DashScope, LiteLLM (dashscope/)',
    path: '/compatible-api/v1/reranks',
    request: 'model, top_n, return_documents',
    async ask(to, query) {
      const answer = z.object({
        object: z.literal('list'),
        results: z.array(
          z.object({ index: int, relevance_score: z.number(), document: z.object({ text: z.string() }) }),
        ),
        model: z.string(),
        id: z.string(),
        usage: z.object({ total_tokens: int }),
      })
      const body = { model, query, documents: texts, top_n: 3, return_documents: true }
      const read = await post(to, '/compatible-api/v1/reranks', body, answer)
      return {
        scores: read.results.map(ranked),
        documents: read.results.map(({ document }) => document.text),
        model: read.model,
        billed: read.usage.total_tokens,
      }
    },
    refused: dashScopeRefused(),
  },
]

function dashScopeRefused() {
  // LiteLLM takes an answer with a code and without results for an error
  return refusedBy(
    z.object({ code: z.string(), message: z.string(), request_id: z.string() }),
    ({ message }) => message,
  )
}
