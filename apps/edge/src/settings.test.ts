import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.ts'

describe('settings', () => {
  it('are closed and strict by default', () => {
    expect(settingsFrom({})).toEqual({
      keys: [],
      anonymous: false,
      origins: [],
      searchOrigins: [],
      onError: 'fail',
      aliases: new Map(),
      hosted: new Map(),
      teiTruncation: 'auto',
      local: false,
      shareCaches: false,
      refresh: 60_000,
      tracing: { headers: {} },
      engine: 'auto',
    })
    expect(settingsFrom({ ALLOW_ANONYMOUS: 'false', ALLOWED_ORIGINS: '' })).toMatchObject({
      anonymous: false,
      origins: [],
    })
  })

  it('know origins as browsers write them, and other names of models', () => {
    const read = settingsFrom({
      ALLOWED_ORIGINS: 'https://a.example/, https://b.example:443, *',
      MODEL_ALIASES: 'rerank-v3.5=disranker, BAAI/bge-reranker-base = mine,*=disranker',
    })
    expect(read.origins).toEqual(['https://a.example', 'https://b.example', '*'])
    expect([...read.aliases]).toEqual([
      ['rerank-v3.5', 'disranker'],
      ['BAAI/bge-reranker-base', 'mine'],
      ['*', 'disranker'],
    ])
  })

  it("read OpenTelemetry's variables as its SDKs do", () => {
    const { tracing } = settingsFrom({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc=,x-team=search',
      OTEL_SERVICE_NAME: 'shop-ranker',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    })
    expect(tracing).toEqual({
      endpoint: 'http://127.0.0.1:4318',
      headers: { authorization: 'Bearer abc=', 'x-team': 'search' },
      service: 'shop-ranker',
      ratio: 0.25,
    })
  })

  it('are read from text', () => {
    const read = settingsFrom({
      ALLOW_ANONYMOUS: 'true',
      ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      ON_ERROR: 'passthrough',
      RERANK_KEYS: JSON.stringify({ shop: 'ab'.repeat(32) }),
    })
    expect(read).toMatchObject({
      anonymous: true,
      origins: ['https://a.example', 'https://b.example'],
      onError: 'passthrough',
      keys: [{ name: 'shop', sha256: new Uint8Array(32).fill(0xab) }],
    })
  })

  it("know Workers AI's models as a text and as the object that wrangler makes of JSON", () => {
    const models = { large: { model: '@cf/baai/bge-reranker-base', after: 'disranker' } }
    const whole = { ...models.large, top: 20, scores: 'logit', usdPerMillionTokens: 0.0031 }
    for (const value of [models, JSON.stringify(models)])
      expect([...settingsFrom({ WORKERS_AI_MODELS: value }).hosted]).toEqual([['large', whole]])
  })

  it.each([
    [{ WORKERS_AI_MODELS: '{' }, 'WORKERS_AI_MODELS'],
    [{ WORKERS_AI_MODELS: '{"a":{"model":"bge"}}' }, 'WORKERS_AI_MODELS'],
    [{ WORKERS_AI_MODELS: '{"a":{"model":"@cf/x","after":"b"},"b":{"model":"@cf/y"}}' }, 'WORKERS_AI_MODELS'],
    [{ ALLOW_ANONYMOUS: 'yes' }, 'ALLOW_ANONYMOUS'],
    [{ ALLOWED_ORIGINS: 'example' }, 'ALLOWED_ORIGINS'],
    [{ ON_ERROR: 'ignore' }, 'ON_ERROR'],
    [{ MODEL_ALIASES: 'rerank-v3.5' }, 'MODEL_ALIASES'],
    [{ MODEL_ALIASES: '=mine' }, 'MODEL_ALIASES'],
    [{ TEI_TRUNCATE: 'never' }, 'TEI_TRUNCATE'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'open-sesame' }, 'OTEL_EXPORTER_OTLP_HEADERS'],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG'],
    [{ RERANK_KEYS: '' }, 'RERANK_KEYS is empty'],
    [{ RERANK_KEYS: 'open-sesame' }, 'RERANK_KEYS is not JSON'],
  ])('that are wrong are named, without their value: %j', (variables, name) => {
    expect(() => settingsFrom(variables)).toThrow(name)
    try {
      settingsFrom(variables)
    } catch (error) {
      expect(String(error)).not.toContain('open-sesame')
    }
  })
})

it.each([
  [
    { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=%zz' },
    'OTEL_EXPORTER_OTLP_HEADERS is wrong: a value is not percent-encoded',
  ],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'file:///etc/passwd' },
    'OTEL_EXPORTER_OTLP_ENDPOINT is wrong: wanted the address of a collector',
  ],
  [{ ON_ERROR: 'never' }, 'or in the environment of the Node server'],
])('says what is wrong and where to change it: %j', (variables, message) => {
  expect(() => settingsFrom(variables)).toThrow(message)
})
