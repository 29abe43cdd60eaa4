import { describe, expect, it } from 'vitest'
import { toDataPoint } from './analytics.ts'
import { createMetrics } from './metrics.ts'
import { logLine } from './request-log.ts'
import { type RequestOutcome, routeOf } from './request-outcome.ts'

const ranked: RequestOutcome = {
  id: 'i',
  route: '/v2/rerank',
  status: 200,
  milliseconds: 30,
  documents: 5,
  tokens: 70,
  cache: 'partial',
  key: 'shop',
  model: 'm',
  version: '0123456789ab',
}

describe('the counters', () => {
  it('count requests, errors and rankings, and put times into cumulative buckets', () => {
    const metrics = createMetrics()
    metrics.observe(ranked)
    metrics.observe({ ...ranked, milliseconds: 400, cache: 'hit', passthrough: 'busy' })
    metrics.observe({ id: 'j', route: '/health', status: 503, milliseconds: 1, documents: 0, tokens: 0 })
    const lines = metrics.text({ disranker_queue_tokens: 3 }).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE disranker_requests_total counter',
        'disranker_requests_total{route="/v2/rerank",status="200"} 2',
        'disranker_requests_total{route="/health",status="503"} 1',
        'disranker_errors_total{status="503"} 1',
        'disranker_documents_total 10',
        'disranker_tokens_total 140',
        'disranker_cache_total{result="hit"} 1',
        'disranker_cache_total{result="miss"} 0',
        'disranker_passthrough_total 1',
        'disranker_request_seconds_bucket{le="0.025"} 0',
        'disranker_request_seconds_bucket{le="0.05"} 1',
        'disranker_request_seconds_bucket{le="0.5"} 2',
        'disranker_request_seconds_bucket{le="+Inf"} 2',
        'disranker_request_seconds_sum 0.43000000000000005',
        'disranker_request_seconds_count 2',
        '# TYPE disranker_queue_tokens gauge',
        'disranker_queue_tokens 3',
      ]),
    )
  })
})

describe('the log line', () => {
  it('is one JSON object with a level by status and no empty members', () => {
    expect(logLine(ranked)).toBe(
      '{"level":"info","event":"request","id":"i","route":"/v2/rerank","status":200,"milliseconds":30,"documents":5,' +
        '"tokens":70,"cache":"partial","key":"shop","model":"m","version":"0123456789ab"}',
    )
    expect(JSON.parse(logLine({ ...ranked, status: 429 }))).toMatchObject({ level: 'warn' })
    expect(JSON.parse(logLine({ ...ranked, status: 503, fault: 'why' }))).toMatchObject({
      level: 'error',
      fault: 'why',
    })
  })
})

describe('the data point', () => {
  it('has its values where queries look for them', () => {
    expect(toDataPoint({ ...ranked, passthrough: 'busy' })).toEqual({
      indexes: ['/v2/rerank'],
      blobs: ['/v2/rerank', '200', 'partial', 'shop', 'm', '0123456789ab', 'passthrough'],
      doubles: [30, 5, 70],
    })
  })
})

describe('the name of a route', () => {
  it('is one of few, whatever was asked for', () => {
    expect(
      ['/rerank', '/models/a/b/c', '/?q=secret', '/wp-admin'].map((path) => routeOf(path, { '/rerank': 1 })),
    ).toEqual(['/rerank', '/models', 'other', 'other'])
  })
})
