import { describe, expect, it } from 'vitest'
import { settingsFrom } from './settings.ts'

describe('settings', () => {
  it('are closed and strict by default', () => {
    expect(settingsFrom({})).toEqual({
      keys: [],
      anonymous: false,
      origins: [],
      onError: 'fail',
      aliases: new Map(),
      teiTruncation: 'auto',
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

  it.each([
    [{ ALLOW_ANONYMOUS: 'yes' }, 'ALLOW_ANONYMOUS'],
    [{ ALLOWED_ORIGINS: 'example' }, 'ALLOWED_ORIGINS'],
    [{ ON_ERROR: 'ignore' }, 'ON_ERROR'],
    [{ MODEL_ALIASES: 'rerank-v3.5' }, 'MODEL_ALIASES'],
    [{ MODEL_ALIASES: '=mine' }, 'MODEL_ALIASES'],
    [{ TEI_TRUNCATE: 'never' }, 'TEI_TRUNCATE'],
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
