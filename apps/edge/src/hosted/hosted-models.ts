// The models of Workers AI under names of this server: looked up like those that are served here, listed with
// their price, and counted.
import type { ModelPool } from '../models/model-pool.ts'
import type { ServedModel } from '../models/model-source.ts'
import { family, labels } from '../observe/metrics.ts'
import type { HostedUse } from '../ranking/order.ts'
import type { HostedSettings } from './hosted-settings.ts'
import type { AiBinding } from './workers-ai.ts'

export interface HostedModel extends HostedSettings {
  readonly id: string
  readonly ai: AiBinding
}

export interface HostedModels {
  /** undefined: the model is served here */
  of(model: ServedModel): HostedModel | undefined
  readonly all: readonly HostedModel[]
  count(model: HostedModel, tokens: number): HostedUse
  /** in Prometheus' text format */
  metrics(): string
}

/** @throws {Error} there are such models, and no binding */
export function hostedModels(
  settings: ReadonlyMap<string, HostedSettings>,
  ai: AiBinding | undefined,
): HostedModels {
  if (settings.size > 0 && ai === undefined)
    throw new Error(
      'WORKERS_AI_MODELS names models, and there is no binding AI. Add "ai": { "binding": "AI" } to wrangler.jsonc; a Node server has none.',
    )
  const models = new Map([...settings].map(([id, about]) => [id, { ...about, id, ai: ai! }]))
  const tokensOf = new Map<string, number>([...models.keys()].map((id) => [id, 0]))
  const usd = ({ usdPerMillionTokens }: HostedModel, tokens: number) => (tokens * usdPerMillionTokens) / 1e6
  return {
    of: ({ id }) => models.get(id),
    all: [...models.values()],
    count(model, tokens) {
      tokensOf.set(model.id, tokensOf.get(model.id)! + tokens)
      return { model: model.id, tokens, usd: usd(model, tokens) }
    },
    metrics() {
      if (models.size === 0) return ''
      const values = (of: (model: HostedModel) => number) =>
        new Map([...models.values()].map((model) => [labels({ model: model.id }), of(model)] as const))
      return (
        family(
          'disranker_hosted_tokens_total',
          'counter',
          'Tokens that hosted models were asked to read, estimated.',
          values(({ id }) => tokensOf.get(id)!),
        ) +
        family(
          'disranker_hosted_usd_total',
          'counter',
          'Their cost, by the price in the settings.',
          values((model) => usd(model, tokensOf.get(model.id)!)),
        )
      )
    },
  }
}

/** Adds hosted models to a lookup. The version of a cascade includes both its models. */
export function withHosted(models: ModelPool, hosted: HostedModels): ModelPool {
  if (hosted.all.length === 0) return models
  return {
    ...models,
    heapBytes: () => models.heapBytes(),
    async find(id) {
      const found = id === undefined ? undefined : hosted.of({ id, version: '' })
      if (found === undefined) return models.find(id)
      const name = found.model.slice(found.model.lastIndexOf('/') + 1)
      if (found.after === undefined) return { id: found.id, version: name }
      const first = await models.find(found.after)
      return { id: found.id, version: `${name}.${found.top}.${first.version}` }
    },
  }
}
