// No field of an original's protocol is unknown here: each is used, warned of or refused. The lists are those of the sources.
import { createDialects, DEFAULT_LIMITS } from '@disranker/edge'
import { expect, it } from 'vitest'

/** vllm/entrypoints/pooling: base/protocol.py (PoolingBasicRequestMixin, ClassifyRequestMixin), scoring/protocol.py (ScoringRequestMixin) */
const VLLM = [
  ...['model', 'user', 'truncate_prompt_tokens', 'padding', 'truncation_side', 'request_id', 'priority'],
  ...['mm_processor_kwargs', 'cache_salt', 'use_activation', 'max_tokens_per_query', 'max_tokens_per_doc'],
  ...['instruction', 'chat_template_kwargs'],
]
/** litellm/types/rerank.py: RerankRequest, which LiteLLM sends to servers of more than one kind */
const LITELLM = [
  ...['model', 'query', 'top_n', 'documents', 'rank_fields', 'return_documents', 'max_chunks_per_doc'],
  ...['max_tokens_per_doc'],
]
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  // docs.cohere.com/reference/rerank
  'Cohere v2': ['model', 'query', 'documents', 'top_n', 'max_tokens_per_doc', 'priority'],
  // docs.cohere.com/v1/reference/rerank; types of LiteLLM for Jina; together-ai: RerankCreateParams
  'Cohere v1, Jina, Together': [
    ...LITELLM,
    ...['return_embeddings', 'truncation'],
    ...['documents', 'model', 'query', 'rank_fields', 'return_documents', 'top_n'],
  ],
  vLLM: [...VLLM, 'query', 'documents', 'top_n', 'rank_fields', 'return_documents'],
  "vLLM's scores": [...VLLM, 'data_1', 'data_2', 'queries', 'documents', 'items', 'text_1', 'text_2'],
  // docs/openapi.json: RerankRequest
  'text-embeddings-inference': [
    'query',
    'raw_scores',
    'return_text',
    'texts',
    'truncate',
    'truncation_direction',
  ],
  // infinity_client/models/rerank_input.py; LiteLLM
  Infinity: ['query', 'documents', 'return_documents', 'raw_scores', 'model', 'top_n', ...LITELLM],
  // tools/server/README.md
  'llama.cpp': ['query', 'documents', 'top_n', 'model', 'return_text'],
  'llama.cpp with texts': ['query', 'texts', 'top_n', 'model', 'return_text'],
  // LangChain and LiteLLM: NvidiaNimRerankRequest
  'NVIDIA NIM': ['model', 'query', 'passages', 'truncate', 'top_k', 'user'],
  // @mixedbread/sdk: RerankParams
  Mixedbread: ['model', 'query', 'input', 'rank_fields', 'top_k', 'return_input', 'rewrite_query'],
  // voyageai: RerankRequest
  Voyage: ['query', 'documents', 'model', 'top_k', 'return_documents', 'truncation'],
  // @pinecone-database/pinecone: RerankRequest
  Pinecone: ['model', 'query', 'top_n', 'return_documents', 'rank_fields', 'documents', 'parameters'],
  // dashscope/rerank/text_rerank.py
  DashScope: ['model', 'input', 'parameters'],
  'DashScope (compatible)': ['model', 'query', 'documents', 'top_n', 'return_documents', 'instruct'],
  // modules/reranker-transformers/clients/ranker.go: RankInput
  'Weaviate (reranker-transformers)': ['query', 'documents', 'property'],
}

const { all } = createDialects(DEFAULT_LIMITS)

it.each(all.map(({ name, fields }) => ({ name, fields })))(
  '$name: every field has a fate',
  ({ name, fields }) => {
    const known = new Set([...Object.keys(fields.honoured), ...Object.keys(fields.unused)])
    expect(PROTOCOLS[name]).toBeDefined()
    expect(PROTOCOLS[name]!.filter((field) => !known.has(field))).toEqual([])
  },
)
