// A server on this machine that implements the rerank APIs as documented, with scores that any process can
// compute. It can also misbehave: fail, hang, be busy, or send nonsense.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Misbehaviour {
  /** shares of the requests that get 500, no answer at all, or 429 with Retry-After */
  failing?: number
  silent?: number
  busy?: number
  /** seconds of Retry-After; may be a fraction here */
  retryAfter?: number
  /** the status of every answer */
  status?: number
  /** a request without this key gets 401 */
  key?: string
  /** an answer that replaces the right one for every request */
  answer?: unknown
  /** ms until an answer is sent */
  delay?: number
}

export interface ScoringServer {
  readonly url: string
  /** may be changed while the server runs */
  readonly misbehaviour: Misbehaviour
  readonly requests: { readonly path: string; readonly body: Record<string, unknown>; readonly at: number }[]
  /** number of answers for a pair, by query and document */
  readonly answered: ReadonlyMap<string, number>
  /** largest number of concurrent requests so far */
  readonly most: number
  close(): Promise<void>
}

/** From -8 to 8, from the texts alone. */
export function scoreOf(query: string, document: string): number {
  const [byte = 0, next = 0] = createHash('sha1').update(`${query}\n${document}`).digest()
  return ((byte * 256 + next) / 65_535) * 16 - 8
}
const probability = (score: number) => 1 / (1 + Math.exp(-score))
export const pairKey = (query: string, document: string): string => `${query}\n\n${document}`

/** Starts it on a free port. @param random 0 to 1, chooses its failures */
export async function startScoringServer(
  misbehaviour: Misbehaviour = {},
  random: () => number = Math.random,
): Promise<ScoringServer> {
  const requests: ScoringServer['requests'] = []
  const answered = new Map<string, number>()
  let [open, most] = [0, 0]
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++open)
    response.once('close', () => open--)
    const body = await read(request)
    requests.push({ path: request.url!, body, at: Date.now() })
    const { failing = 0, silent = 0, busy = 0, retryAfter = 0, delay = 0 } = misbehaviour
    const mood = random()
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    if (misbehaviour.key && request.headers.authorization !== `Bearer ${misbehaviour.key}`)
      return say(response, 401, { message: `invalid key ${request.headers.authorization}` })
    if (misbehaviour.status) return say(response, misbehaviour.status, { message: 'as it was told' })
    if (mood < failing) return say(response, 500, { error: 'out of memory' })
    if (mood < failing + silent) return
    if (mood < failing + silent + busy)
      return say(response, 429, { message: 'slow down' }, { 'retry-after': String(retryAfter) })
    if ('answer' in misbehaviour) return say(response, 200, misbehaviour.answer)
    const [query, documents, answer] = answerTo(request.url!, body)
    if (documents.length === 0) return say(response, 404, { message: `no ${request.url}` })
    for (const document of documents) {
      const key = pairKey(query, document)
      answered.set(key, (answered.get(key) ?? 0) + 1)
    }
    say(response, 200, answer)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misbehaviour,
    requests,
    answered,
    get most() {
      return most
    },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  }
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  try {
    for await (const part of request) parts.push(part as Buffer)
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    return {}
  }
}

function say(response: ServerResponse, status: number, value: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(value))
}

/** The query, the documents and the right answer. */
function answerTo(path: string, body: Record<string, unknown>): [string, string[], unknown] {
  const { query, documents, texts, text_1, text_2 } = body as Record<string, string> & {
    documents?: string[]
    texts?: string[]
    text_2?: string[]
  }
  if (path.endsWith('/chat/completions')) return chat(body)
  // vLLM returns probabilities unless it is asked for logits
  const given = body.use_activation === false ? (score: number) => score : probability
  if (path.endsWith('/score')) {
    const data = text_2!.map((text, index) => ({
      index,
      object: 'score',
      score: given(scoreOf(text_1!, text)),
    }))
    return [text_1!, text_2!, { id: 'score-1', object: 'list', model: 'm', data, usage: {} }]
  }
  const list = texts ?? documents ?? []
  // best first, as all of them do
  const rows = list
    .map((text, index) => ({ index, score: scoreOf(query!, text) }))
    .sort((a, b) => b.score - a.score)
  if (texts) return [query!, texts, rows]
  const results = rows.map(({ index, score }) => ({ index, relevance_score: given(score) }))
  return [query!, list, path.startsWith('/voyage') ? { object: 'list', data: results } : { id: '1', results }]
}

/** A model that finds "Yes" and "yes" likely, or "No"; a newer one, which refuses `max_tokens`. */
function chat(body: Record<string, unknown>): [string, string[], unknown] {
  if ('max_tokens' in body || body.max_completion_tokens !== 1) return ['', [], {}]
  const { content } = (body.messages as { content: string }[]).at(-1)!
  const [, query = '', document = ''] = /^query: ([\s\S]*)\ndocument: ([\s\S]*)$/.exec(content) ?? []
  const yes = probability(scoreOf(query, document))
  const top_logprobs = [
    { token: 'Yes', logprob: Math.log(yes * 0.75) },
    { token: ' yes', logprob: Math.log(yes * 0.25) },
    { token: 'No', logprob: Math.log(1 - yes) },
    { token: 'Maybe', logprob: -30 },
  ]
  const content_ = [{ token: 'Yes', logprob: Math.log(yes), top_logprobs }]
  const choices = [
    { index: 0, message: { role: 'assistant', content: 'Yes' }, logprobs: { content: content_ } },
  ]
  return [query, [document], { id: 'chatcmpl-1', object: 'chat.completion', choices }]
}
