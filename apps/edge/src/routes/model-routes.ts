// GET /v1/models and /v1/models/<name>: one answer that has the shapes of OpenAI's, Cohere's and our own clients.
import type { BundleConfig } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import type { HostedModel } from '../hosted/hosted-models.ts'
import { READ_TOKENS } from '../hosted/workers-ai.ts'
import type { Limits } from '../limits.ts'
import type { ModelAliases } from '../models/aliases.ts'
import { catalogue, type ModelDescription } from '../models/catalogue.ts'
import type { ModelPool } from '../models/model-pool.ts'
import type { ModelSource, ServedModel } from '../models/model-source.ts'
import { type Admission, type App, refuse } from './app-context.ts'

export interface ModelServices {
  readonly store: ModelSource
  readonly models: Pick<ModelPool, 'find'>
  readonly hosted: readonly HostedModel[]
  readonly limits: Limits
  readonly aliases: ModelAliases
}

/** A model in a list; under each of its names. */
export interface ListedModel extends ModelDescription {
  /** seconds since 1970; 0, because a bundle has no date */
  readonly created: number
  readonly owned_by: 'disranker'
  /** the model of the alias, if this is an alias */
  readonly root: string
  readonly name: string
  readonly endpoints: readonly ['rerank']
  readonly finetuned: boolean
  readonly context_length: number
  readonly tokenizer_url: null
  readonly default_endpoints: readonly []
  readonly relevance: typeof RELEVANCE
  /** of a hosted model */
  readonly hosted?: { readonly by: 'workers-ai' } & Pick<
    HostedModel,
    'model' | 'after' | 'top' | 'usdPerMillionTokens'
  >
}

const RELEVANCE = {
  scale: [0, 1],
  even_odds: 0.5,
  meaning:
    'Above even_odds a score is more frequent among right documents than among others; metrics.validation_right_above_half and validation_others_below_half tell the share of each for which that holds. raw_scores gives the logit.',
} as const

export function modelRoutes(
  app: App,
  { store, models, hosted, limits, aliases }: ModelServices,
  admission: Admission,
): void {
  async function listed(): Promise<ListedModel[]> {
    const { data } = await catalogue(store, limits)
    const own = await Promise.all([
      ...data.map(async (model) => listing(model, model.id, (await readConfig(store, model)).maxLength)),
      ...hosted.map(async ({ id, model, after, top, usdPerMillionTokens }): Promise<ListedModel> => {
        const about = {
          ...(await models.find(id)),
          object: 'model' as const,
          bytes: 0,
          files: {},
          limits,
          metrics: {},
        }
        const by = { by: 'workers-ai' as const, model, after, top, usdPerMillionTokens }
        return { ...listing(about, id, READ_TOKENS), hosted: by }
      }),
    ])
    const others = [...aliases].flatMap(([alias, id]) => {
      const model = own.find((one) => one.id === id)
      return model === undefined || alias === '*' ? [] : [{ ...model, id: alias, name: alias }]
    })
    return [...own, ...others]
  }

  app.get('/v1/models', async (c) => {
    await admission.enter(c)
    const data = await listed()
    // Cohere's clients may ask for the models of one endpoint
    const models = [undefined, 'rerank'].includes(c.req.query('endpoint')) ? data.map(asCohere) : []
    return c.json({ object: 'list', data, models })
  })
  app.get('/v1/models/:id', async (c) => {
    await admission.enter(c)
    const data = await listed()
    const id = c.req.param('id')
    const found = data.find((model) => model.id === id) ?? data.find((model) => model.id === aliases.get('*'))
    if (found === undefined)
      throw new ApiError(404, 'There is no model of this name. GET /v1/models lists the models.')
    return c.json(found.id === id ? found : { ...found, id, name: id })
  })
  for (const path of ['/v1/models', '/v1/models/:id']) app.all(path, () => refuse('GET'))
}

const listing = (model: ModelDescription, name: string, contextLength: number): ListedModel => ({
  ...model,
  created: 0,
  owned_by: 'disranker',
  root: model.id,
  name,
  endpoints: ['rerank'],
  finetuned: false,
  context_length: contextLength,
  tokenizer_url: null,
  default_endpoints: [],
  relevance: RELEVANCE,
})

const asCohere = ({
  name,
  endpoints,
  finetuned,
  context_length,
  tokenizer_url,
  default_endpoints,
}: ListedModel) => ({
  name,
  endpoints,
  finetuned,
  context_length,
  tokenizer_url,
  default_endpoints,
})

/** The encoding of a model, without loading it. */
export async function readConfig(
  store: ModelSource,
  model: ServedModel,
): Promise<BundleConfig['disranker']['encoding']> {
  const config: BundleConfig = JSON.parse(new TextDecoder().decode(await store.file(model, 'config.json')))
  return config.disranker.encoding
}
