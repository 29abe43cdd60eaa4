// The other routes of text-embeddings-inference, in addition to /rerank: /info, /health and /tokenize, under
// /tei/... and, if no other route has the path, at the root.
import { loadTokenizer, type Tokenizer } from '@disranker/tokenizer'
import { ApiError } from '../api-error.ts'
import { TEI_ERRORS } from '../dialects/parts/errors.ts'
import { checkBody } from '../dialects/parts/field-table.ts'
import { MOST_CHARACTERS, tokenizeFields } from '../dialects/tokenize.ts'
import type { Limits } from '../limits.ts'
import type { ModelPool } from '../models/model-pool.ts'
import { type ModelSource, readManifest, type ServedModel } from '../models/model-source.ts'
import { type Admission, type App, refuse } from './app-context.ts'
import type { Bodies } from './bodies/request-body.ts'
import { readConfig } from './model-routes.ts'

export interface TeiServices {
  readonly store: ModelSource
  readonly models: Pick<ModelPool, 'find'>
  readonly limits: Limits
  readonly bodies: Bodies
  /** of this code */
  readonly version: string
}

const LABEL = 'LABEL_0'

export function teiRoutes(
  app: App,
  { store, models, limits, bodies, version }: TeiServices,
  admission: Admission,
): void {
  const info = async (): Promise<TeiInfo> => {
    const model = await models.find(undefined)
    const [{ metrics = {} }, { maxLength }] = await Promise.all([
      readManifest(store, model),
      readConfig(store, model),
    ])
    return {
      model_id: model.id,
      model_sha: model.version,
      model_dtype: String(metrics.precision ?? 'float32'),
      model_type: { reranker: { id2label: { 0: LABEL }, label2id: { [LABEL]: 0 } } },
      // the number of waiting requests of one document
      max_concurrent_requests: Math.max(1, Math.floor(limits.queueTokens / maxLength)),
      max_input_length: maxLength,
      max_batch_tokens: limits.tokens,
      max_batch_requests: null,
      max_client_batch_size: limits.documents,
      auto_truncate: true,
      tokenization_workers: 1,
      version,
      sha: null,
      docker_label: null,
    }
  }
  // the tokenizer of one version; it is much smaller than the model, which need not be loaded for it
  let known: { readonly version: string; readonly tokenizer: Tokenizer } | undefined
  const tokenizerOf = async (model: ServedModel) => {
    if (known?.version !== model.version) {
      const json = new TextDecoder().decode(await store.file(model, 'tokenizer.json'))
      known = { version: model.version, tokenizer: loadTokenizer(json) }
    }
    return known.tokenizer
  }
  const tokenize = async (body: unknown): Promise<TeiToken[][]> => {
    const { inputs, add_special_tokens: special } = checkBody(tokenizeFields, body).fields
    const texts = typeof inputs === 'string' ? [inputs] : inputs
    if (
      texts.length > limits.documents ||
      texts.reduce((sum, text) => sum + text.length, 0) > MOST_CHARACTERS
    )
      throw new ApiError(
        413,
        `inputs: more than ${limits.documents} texts, or than ${MOST_CHARACTERS} characters together. Send fewer.`,
      )
    const tokenizer = await tokenizerOf(await models.find(undefined))
    return texts.map((text) => tokensOf(tokenizer, text, special ?? true))
  }

  for (const prefix of ['/tei', '']) {
    for (const path of [`${prefix}/info`, `${prefix}/tokenize`])
      app.use(path, async (c, next) => {
        c.set('errors', TEI_ERRORS)
        await next()
      })
    app.get(`${prefix}/info`, async (c) => {
      await admission.enter(c)
      return c.json(await info())
    })
    app.post(`${prefix}/tokenize`, async (c) => {
      await admission.enter(c)
      const body = await bodies.read(c.req.raw, Date.now() + limits.timeout)
      try {
        return c.json(await tokenize(body.json()))
      } finally {
        body.close()
      }
    })
    app.all(`${prefix}/info`, () => refuse('GET'))
    app.all(`${prefix}/tokenize`, () => refuse('POST'))
  }
  // TEI returns an empty body
  app.get('/tei/health', (c) => c.body(null, 200))
  app.all('/tei/health', () => refuse('GET'))
}

interface TeiInfo {
  readonly model_id: string
  readonly model_sha: string | null
  readonly model_dtype: string
  readonly model_type: { readonly reranker: { readonly id2label: object; readonly label2id: object } }
  readonly [member: string]: unknown
}

interface TeiToken {
  readonly id: number
  readonly text: string
  readonly special: boolean
  /** null, because the position in the text is unknown; TEI's schema allows it */
  readonly start: null
  readonly stop: null
}

function tokensOf(tokenizer: Tokenizer, text: string, withSpecial: boolean): TeiToken[] {
  const token = (id: number, special: boolean): TeiToken => ({
    id,
    text: tokenizer.tokenOf(id) ?? '',
    special,
    start: null,
    stop: null,
  })
  const around = (...names: readonly string[]) => {
    const id = withSpecial
      ? names.map((name) => tokenizer.idOf(name)).find((id) => id !== undefined)
      : undefined
    return id === undefined ? [] : [token(id, true)]
  }
  return [
    ...around('[CLS]', '<s>'),
    ...tokenizer.encode(text).map((id) => token(id, false)),
    ...around('[SEP]', '</s>'),
  ]
}
