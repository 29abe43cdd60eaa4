// The middleware around every request: it sets an id and a trace, and records the request at its end, also
// when the client cancelled it.
import { requestId } from 'hono/request-id'
import type { Dialects } from '../dialects/index.ts'
import type { Observer } from '../observe/observer.ts'
import { routeOf } from '../observe/request-outcome.ts'
import { createStages, serverTiming } from '../observe/stages.ts'
import type { Tracing } from '../observe/tracing.ts'
import { type App, keepAlive } from './app-context.ts'

/**
 * maximal characters of a client's id; a longer one, or one with more than letters, digits, "-", "_" and "=",
 * is replaced
 */
const LONGEST_ID = 128

/** @param code version of the code that answers */
export function watchRequests(
  app: App,
  { paths, errorsUnder }: Dialects,
  observer: Observer,
  tracing: Tracing,
  code: string,
): void {
  app.use(requestId({ limitLength: LONGEST_ID }))
  app.use(async (c, next) => {
    const id = c.get('requestId')
    const route = routeOf(c.req.path, paths)
    const began = Date.now()
    const stages = createStages()
    const trace = tracing.begin(c.req.raw, route)
    c.set('outcome', {})
    c.set('stages', stages)
    c.set('errors', errorsUnder(c.req.path))
    // the platform may stop the work of a cancelled request; this promise keeps it alive until the request is recorded
    // (not Promise.withResolvers: Node 20 has none)
    let wasTold = () => {}
    const told = new Promise<void>((resolve) => {
      wasTold = resolve
    })
    const keep = keepAlive(c)
    keep?.(told)
    await next()
    // not c.header: after a route has answered it copies the whole response each time
    const { headers } = c.res
    headers.set('x-request-id', id)
    headers.set('traceparent', trace.traceparent)
    headers.set('server-timing', serverTiming(stages, Date.now() - began))
    // a cancelled request got no answer
    const status = c.req.raw.signal.aborted ? 499 : c.res.status
    const request = {
      route,
      documents: 0,
      tokens: 0,
      ...c.get('outcome'),
      id,
      status,
      code,
      trace: trace.id,
    }
    const tell = () => {
      const outcome = observer.observe(request, began)
      const sent = trace.end(outcome, stages)
      keep?.(sent)
      wasTold()
    }
    // a Worker's clock stands still while it computes; it advances with the next event
    if (keep === undefined) tell()
    else setTimeout(tell)
  })
}
