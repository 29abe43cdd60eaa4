// The rows whose answers and errors are read by the clients of npm, as their users have them.
import { createCohere } from '@ai-sdk/cohere'
import { createTogetherAI } from '@ai-sdk/togetherai'
import { CohereRerank } from '@langchain/cohere'
import { Mixedbread } from '@mixedbread/sdk'
import { Pinecone } from '@pinecone-database/pinecone'
import { rerank } from 'ai'
import { CohereClient, CohereClientV2 } from 'cohere-ai'
import { Together } from 'together-ai'
import { VoyageAIClient } from 'voyageai'
import { type Conformance, type Refused, texts } from './conformance.ts'

const documents = [...texts]
const model = 'disranker'

/** what Cohere's and Voyage's clients throw */
const bodyOf = (thrown: unknown): Refused => {
  const { statusCode, body } = thrown as {
    statusCode: number
    body: { message?: string; detail?: string }
  }
  return { status: statusCode, message: body.message ?? body.detail ?? '' }
}
/** what clients that Stainless makes throw: the message has the status before it */
const messageOf = (thrown: unknown): Refused => {
  const { status, message } = thrown as { status: number; message: string }
  return { status, message }
}
const fromAiSdk = (thrown: unknown): Refused => {
  const { statusCode, message } = thrown as { statusCode: number; message: string }
  return { status: statusCode, message }
}

export const sdks: readonly Conformance[] = [
  {
    client: 'Cohere v2',
    readBy: 'cohere-ai',
    path: '/v2/rerank',
    request: 'model, topN, maxTokensPerDoc, priority',
    async ask({ url, key, fetch }, query) {
      const cohere = new CohereClientV2({ token: key, environment: url, maxRetries: 0, fetch })
      const more = { topN: 3, maxTokensPerDoc: 4_096, priority: 0 }
      const { results, meta } = await cohere.rerank({ model, query, documents, ...more })
      return { scores: results.map(fromCohere), billed: meta?.billedUnits?.searchUnits }
    },
    refused: bodyOf,
  },
  {
    client: 'Cohere v1',
    readBy: 'cohere-ai',
    path: '/v1/rerank',
    request: 'model, topN, rankFields, returnDocuments',
    async ask({ url, key, fetch }, query) {
      const cohere = new CohereClient({ token: key, environment: url, maxRetries: 0, fetch })
      const more = { topN: 3, rankFields: ['text'], returnDocuments: true }
      const objects = documents.map((text) => ({ text }))
      const { results, meta } = await cohere.rerank({ model, query, documents: objects, ...more })
      return {
        scores: results.map(fromCohere),
        documents: results.map(({ document }) => document?.text),
        billed: meta?.billedUnits?.searchUnits,
      }
    },
    refused: bodyOf,
  },
  {
    client: 'LangChain: `CohereRerank`',
    readBy: '@langchain/cohere',
    path: '/v1/rerank',
    request: 'model, topN',
    async ask({ url, key, fetch }, query) {
      const client = new CohereClient({ token: key, environment: url, maxRetries: 0, fetch })
      // LangChain's types are of the older cohere-ai that it brings
      const reranker = new CohereRerank({ client: client as never, model, topN: 3 })
      return { scores: (await reranker.rerank(documents, query)).map(fromCohere) }
    },
    refused: bodyOf,
  },
  {
    client: 'AI SDK: Cohere',
    readBy: '@ai-sdk/cohere',
    path: '/v2/rerank',
    request: 'model, topN',
    async ask({ url, key, fetch }, query) {
      const cohere = createCohere({ apiKey: key, baseURL: `${url}/v2`, fetch })
      const { ranking } = await rerank({
        model: cohere.reranking(model),
        query,
        documents,
        topN: 3,
        maxRetries: 0,
      })
      return { scores: ranking.map(({ originalIndex: index, score }) => ({ index, score })) }
    },
    refused: fromAiSdk,
  },
  {
    client: 'Together',
    readBy: 'together-ai',
    path: '/v1/rerank',
    request: 'model, top_n, return_documents, rank_fields',
    async ask({ url, key, fetch }, query) {
      const together = new Together({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0, fetch })
      const objects = documents.map((text) => ({ text }))
      const more = { top_n: 3, return_documents: true, rank_fields: ['text'] }
      const answer = await together.rerank.create({ model, query, documents: objects, ...more })
      return {
        scores: answer.results.map(fromSnakeCase),
        documents: answer.results.map(({ document }) => document.text),
        model: answer.model,
        billed: answer.usage!.total_tokens + answer.usage!.completion_tokens,
      }
    },
    refused: messageOf,
  },
  {
    client: 'AI SDK: Together',
    readBy: '@ai-sdk/togetherai',
    path: '/v1/rerank',
    request: 'model, topN, return_documents',
    async ask({ url, key, fetch }, query) {
      const together = createTogetherAI({ apiKey: key, baseURL: `${url}/v1`, fetch })
      const { ranking } = await rerank({
        model: together.reranking(model),
        query,
        documents,
        topN: 3,
        maxRetries: 0,
      })
      return { scores: ranking.map(({ originalIndex: index, score }) => ({ index, score })) }
    },
    refused: fromAiSdk,
  },
  {
    client: 'Voyage',
    readBy: 'voyageai',
    path: '/voyage/v1/rerank',
    request: 'model, topK, returnDocuments, truncation',
    async ask({ url, key, fetch }, query) {
      const voyage = new VoyageAIClient({ apiKey: key, environment: `${url}/voyage/v1`, fetch })
      const more = { topK: 3, returnDocuments: true, truncation: true }
      const answer = await voyage.rerank({ model, query, documents, ...more }, { maxRetries: 0 })
      return {
        scores: answer.data!.map(({ index, relevanceScore }) => ({ index: index!, score: relevanceScore! })),
        documents: answer.data!.map(({ document }) => document),
        model: answer.model,
        billed: answer.usage?.totalTokens,
      }
    },
    refused: bodyOf,
  },
  {
    client: 'Pinecone',
    readBy: '@pinecone-database/pinecone',
    path: '/pinecone/rerank',
    request: 'model, topN, returnDocuments, rankFields, parameters',
    async ask({ url, key, fetch }, query) {
      const pinecone = new Pinecone({
        apiKey: key,
        controllerHostUrl: `${url}/pinecone`,
        fetchApi: fetch,
        maxRetries: 0,
      })
      const answer = await pinecone.inference.rerank({
        model,
        query,
        documents: documents.map((text, at) => ({ id: `d${at}`, text })),
        topN: 3,
        rankFields: ['text'],
        parameters: { truncate: 'END' },
      })
      return {
        scores: answer.data,
        documents: answer.data.map(({ document }) => document?.text),
        model: answer.model,
        billed: answer.usage.rerankUnits,
      }
    },
    refused(thrown) {
      const { name, message } = thrown as Error
      // each status has a different error
      return {
        status: name === 'PineconeAuthorizationError' ? 401 : name === 'PineconeBadRequestError' ? 400 : 0,
        message,
      }
    },
  },
  {
    client: 'Mixedbread',
    readBy: '@mixedbread/sdk',
    path: '/v1/reranking',
    request: 'model, top_k, return_input, rank_fields, rewrite_query',
    async ask({ url, key, fetch }, query) {
      const mixedbread = new Mixedbread({ apiKey: key, baseURL: url, maxRetries: 0, fetch })
      const more = { top_k: 3, return_input: true, rank_fields: ['text'], rewrite_query: false }
      const input = documents.map((text) => ({ text }))
      const answer = await mixedbread.rerank({ model, query, input, ...more })
      return {
        scores: answer.data,
        documents: answer.data.map((one) => (one.input as { text: string }).text),
        model: answer.model,
        billed: answer.usage.total_tokens,
      }
    },
    refused: messageOf,
  },
]

function fromCohere({ index, relevanceScore }: { index: number; relevanceScore: number }) {
  return { index, score: relevanceScore }
}
function fromSnakeCase({ index, relevance_score }: { index: number; relevance_score: number }) {
  return { index, score: relevance_score }
}
