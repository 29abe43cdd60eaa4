// Other names of models, so that a client of a hosted API keeps the name it has.
import { ApiError } from '../api-error.ts'
import type { ModelPool } from './model-pool.ts'

/** alias -> model; the alias "*" means every unknown name */
export type ModelAliases = ReadonlyMap<string, string>

/** Models by their own names and others. */
export function withAliases(models: ModelPool, aliases: ModelAliases): ModelPool {
  if (aliases.size === 0) return models
  return {
    ...models,
    heapBytes: () => models.heapBytes(),
    async find(id) {
      const named = id === undefined ? undefined : (aliases.get(id) ?? id)
      try {
        return await models.find(named)
      } catch (error) {
        const any = aliases.get('*')
        if (any === undefined || !(error instanceof ApiError && error.status === 404)) throw error
        return await models.find(any)
      }
    },
  }
}
