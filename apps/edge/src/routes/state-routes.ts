// The state of the server, for operators and programs: live, ready, metrics; and the files of its models.
import { download } from '../models/download.ts'
import type { ModelPool } from '../models/model-pool.ts'
import type { ModelSource } from '../models/model-source.ts'
import { createReady } from '../models/ready.ts'
import { type Admission, type App, keepAlive, refuse } from './app-context.ts'

export interface StateServices {
  readonly store: ModelSource
  readonly models: ModelPool
  /** version of the code */
  readonly code: string
  /** in Prometheus' text format */
  readonly metrics: () => string
}

export function stateRoutes(
  app: App,
  { store, models, code, metrics }: StateServices,
  admission: Admission,
): void {
  // a server that answers is live, independent of the state of its model
  app.get('/health', async (c) => {
    const model = await models.find(undefined).catch(() => undefined)
    return c.json({
      status: 'ok',
      code,
      ...(model && { model: { name: model.id, state: models.state(model) } }),
    })
  })
  const ready = createReady(models)
  app.get('/ready', async (c) => c.json(await ready.check(keepAlive(c))))
  app.get('/metrics', async (c) => {
    await admission.look(c)
    return c.body(metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
  app.get('/models/:id/:version/:name', async (c) => {
    await admission.enter(c)
    return download(store, c.req.param())
  })
  for (const path of ['/health', '/ready', '/metrics']) app.all(path, () => refuse('GET'))
}
