import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { CODE_FORMS } from './as-code.ts'

const body = {
  model: 'm',
  query: `it's "$HOME" \\ \`id\``,
  documents: ['a\nb', { title: 't', summary: "'" }],
}

it('is one shell command whose last word is the body, whatever it holds', () => {
  const words = CODE_FORMS.curl!('http://a.test', body, true).replace(/^curl/, `printf '%s\\0'`)
  const { stdout } = spawnSync('sh', ['-c', words], {
    encoding: 'utf8',
    env: { RERANK_KEY: 'k', PATH: process.env.PATH },
  })
  const [, url, , type, , key, , sent] = stdout.split('\0')
  expect([url, type, key]).toEqual([
    'http://a.test/v2/rerank',
    'content-type: application/json',
    'authorization: Bearer k',
  ])
  expect(JSON.parse(sent!)).toEqual(body)
})

it.each(Object.entries(CODE_FORMS))('%s names the key only where there is one', (_, asCode) => {
  expect(asCode('http://a.test', body, false)).not.toContain('RERANK_KEY')
  expect(asCode('http://a.test', body, true)).toContain('RERANK_KEY')
})
