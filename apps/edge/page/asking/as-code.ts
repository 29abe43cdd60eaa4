// A request as code to paste: for a shell, for any program, and for common clients. A key is named, never
// shown.
import type { bodyOf } from './rerank-client.ts'

type Body = ReturnType<typeof bodyOf>

/**
 * @returns text of a command or a program; it runs unchanged, with RERANK_KEY in the environment if there is
 * a key
 */
export type AsCode = (origin: string, body: Body, withKey: boolean) => string

/** One curl command for a POSIX shell. */
const asCurl: AsCode = (origin, body, withKey) => {
  const key = withKey ? ` \\\n  -H "authorization: Bearer $RERANK_KEY"` : ''
  const quoted = JSON.stringify(body).replaceAll("'", `'\\''`)
  return `curl -s ${origin}/v2/rerank -H 'content-type: application/json'${key} \\\n  -d '${quoted}'`
}

/** A program for Node 22 and later, or any runtime with fetch; it needs no package. */
const asFetch: AsCode = (origin, body, withKey) => {
  const key = withKey ? `, authorization: \`Bearer \${process.env.RERANK_KEY}\`` : ''
  return `const response = await fetch('${origin}/v2/rerank', {
  method: 'POST',
  headers: { 'content-type': 'application/json'${key} },
  body: JSON.stringify(${literal(body, 2)}),
})
if (!response.ok) throw new Error(await response.text())
const { results }: { results: { index: number; relevance_score: number }[] } = await response.json()
console.log(results)
`
}

/** For cohere-ai; strings alone, which all of its versions take. */
const asCohere: AsCode = (
  origin,
  { model, query, documents },
  withKey,
) => `import { CohereClientV2 } from 'cohere-ai'

const cohere = new CohereClientV2({ token: ${keyOf(withKey)}, environment: '${origin}' })
const { results } = await cohere.rerank(${literal({ model, query, documents: documents.map(asText) }, 0)})
console.log(results)
`

/** For ai and @ai-sdk/cohere. */
const asAiSdk: AsCode = (
  origin,
  { model, query, documents },
  withKey,
) => `import { createCohere } from '@ai-sdk/cohere'
import { rerank } from 'ai'

const cohere = createCohere({ apiKey: ${keyOf(withKey)}, baseURL: '${origin}/v2' })
const { ranking } = await rerank({
  model: cohere.reranking(${JSON.stringify(model)}),
  query: ${JSON.stringify(query)},
  documents: ${literal(documents.map(asText), 2)},
})
console.log(ranking)
`

/** For @langchain/cohere. */
const asLangChain: AsCode = (
  origin,
  { model, query, documents },
  withKey,
) => `import { CohereRerank } from '@langchain/cohere'
import { CohereClient } from 'cohere-ai'

const client = new CohereClient({ token: ${keyOf(withKey)}, environment: '${origin}' })
const reranker = new CohereRerank({ client, model: ${JSON.stringify(model)}, topN: ${documents.length} })
const documents = ${literal(documents.map(asText), 0)}
console.log(await reranker.rerank(documents, ${JSON.stringify(query)}))
`

/** By the labels of the buttons. */
export const CODE_FORMS: Readonly<Record<string, AsCode>> = {
  curl: asCurl,
  fetch: asFetch,
  Cohere: asCohere,
  'AI SDK': asAiSdk,
  LangChain: asLangChain,
}

/** these clients need a key even if the server has none */
const keyOf = (withKey: boolean) => (withKey ? "process.env.RERANK_KEY ?? ''" : "'none'")

const asText = (document: Body['documents'][number]) =>
  typeof document === 'string' ? document : `${document.title}. ${document.summary}`

/** @param indent of the lines after the first */
const literal = (value: unknown, indent: number) =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(indent)}`)
