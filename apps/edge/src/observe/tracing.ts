// A request as spans of OpenTelemetry, sent over OTLP/HTTP in JSON: the request itself, and queue, tokenise
// and compute below it. It continues the caller's trace (traceparent, W3C Trace Context), and the answer
// names it. OpenTelemetry's own exporters need Node or a browser and send by timers; a Worker has neither, so
// the spans of a request are sent when it ends.
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  ParentBasedSampler,
  type ReadableSpan,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { RequestOutcome } from './request-outcome.ts'
import type { Stages } from './stages.ts'

export interface TracingOptions {
  /** URL of a collector, without /v1/traces; without one nothing is sent */
  readonly endpoint?: string | undefined
  /** sent with every export, for example an authorization */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** name of this service; default "disranker" */
  readonly service?: string | undefined
  /** share, 0 .. 1, of the requests without a sampling decision of the caller; default 1 */
  readonly ratio?: number | undefined
}

export interface RequestTrace {
  /** 32 hex digits */
  readonly id: string
  /** for the answer, and for requests that are sent on its behalf */
  readonly traceparent: string
  /** Ends the spans and sends them. Never fails: a failed export is one line of the log. */
  end(outcome: RequestOutcome, stages: Stages): Promise<void>
}

export interface Tracing {
  begin(request: Request, route: string): RequestTrace
}

/** ms an export may take */
const PATIENCE = 5_000

/** @param version of the code */
export function createTracing(options: TracingOptions, version: string): Tracing {
  const { endpoint, headers = {}, service = 'disranker', ratio = 1 } = options
  const ended = new Map<string, ReadableSpan[]>()
  const collect: SpanProcessor = {
    onStart() {},
    onEnd(span) {
      const { traceId } = span.spanContext()
      const others = ended.get(traceId)
      if (others === undefined) ended.set(traceId, [span])
      else others.push(span)
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  const tracer = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(endpoint === undefined ? 0 : ratio),
    }),
    spanProcessors: [collect],
  }).getTracer('@disranker/edge', version)
  const propagator = new W3CTraceContextPropagator()

  async function send(spans: readonly ReadableSpan[]): Promise<void> {
    if (endpoint === undefined) return
    try {
      const answer = await fetch(`${endpoint.replace(/\/$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JsonTraceSerializer.serializeRequest([...spans]) as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.timeout(PATIENCE),
      })
      await answer.body?.cancel()
      if (!answer.ok) throw new Error(`The collector answered ${answer.status}.`)
    } catch (error) {
      console.warn(JSON.stringify({ level: 'warn', event: 'telemetry', fault: String(error) }))
    }
  }

  return {
    begin(request, route) {
      const parent = propagator.extract(ROOT_CONTEXT, request.headers, {
        get: (headers, name) => headers.get(name) ?? undefined,
        keys: (headers) => [...headers.keys()],
      })
      const span = tracer.startSpan(
        `${request.method} ${route}`,
        {
          kind: SpanKind.SERVER,
          startTime: new Date(),
          attributes: { 'http.request.method': request.method, 'http.route': route },
        },
        parent,
      )
      const here = trace.setSpan(parent, span)
      const carrier: Record<string, string> = {}
      propagator.inject(here, carrier, {
        set(to, name, value) {
          to[name] = value
        },
      })
      const { traceId } = span.spanContext()
      return {
        id: traceId,
        traceparent: carrier.traceparent ?? '',
        async end(outcome, stages) {
          for (const { name, began, ended, milliseconds } of stages.all)
            tracer
              .startSpan(
                name,
                { startTime: new Date(began), attributes: { 'disranker.busy_ms': milliseconds } },
                here,
              )
              .end(new Date(ended))
          describe(span, outcome)
          span.end(new Date())
          const spans = ended.get(traceId)
          ended.delete(traceId)
          if (spans !== undefined) await send(spans)
        },
      }
    },
  }
}

/** The content of the log line, under OpenTelemetry's names where they exist. */
function describe(span: Span, outcome: RequestOutcome): void {
  const { status, id, documents, tokens, cache, passthrough, key, model, version, fault } = outcome
  const attributes = {
    'http.response.status_code': status,
    'disranker.request_id': id,
    'disranker.documents': documents,
    'disranker.tokens': tokens,
    'disranker.cache': cache,
    'disranker.key': key,
    'disranker.model': model,
    'disranker.model_version': version,
    'disranker.passthrough': passthrough,
  }
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) span.setAttribute(name, value)
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: fault ?? '' })
}
