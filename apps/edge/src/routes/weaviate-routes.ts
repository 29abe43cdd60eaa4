// The other routes that Weaviate calls on its reranker container, before it starts and for its own /v1/meta
// (modules/reranker-transformers/clients: startup.go, ranker_meta.go): at the root, and under /weaviate.
import type { ModelPool } from '../models/model-pool.ts'
import { createReady } from '../models/ready.ts'
import { type Admission, type App, keepAlive, refuse } from './app-context.ts'

/** @param version version of the code */
export function weaviateRoutes(app: App, models: ModelPool, version: string, admission: Admission): void {
  const ready = createReady(models)
  for (const prefix of ['', '/weaviate']) {
    // any status above 299 means "not ready": a model that does not load gives 503
    app.get(`${prefix}/.well-known/ready`, async (c) => {
      await ready.check(keepAlive(c))
      return c.body(null, 204)
    })
    app.get(`${prefix}/.well-known/live`, (c) => c.body(null, 204))
    app.get(`${prefix}/meta`, async (c) => {
      await admission.enter(c)
      const model = await models.find(undefined)
      return c.json({ model: model.id, model_version: model.version, version })
    })
    for (const path of ['/.well-known/ready', '/.well-known/live', '/meta'])
      app.all(`${prefix}${path}`, () => refuse('GET'))
  }
}
