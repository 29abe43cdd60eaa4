import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { curlLine } from './curl-line.ts'

describe('curlLine', () => {
  it('survives a shell: the body arrives as JSON with the judged document in it', () => {
    const line = curlLine('http://127.0.0.1:1', {
      documents: Array.from({ length: 20 }, (_, at) => ({
        id: `d${at}`,
        title: `it's $HOME ${at}`,
        summary: '`x` "y" \\',
      })),
      embedded: true,
      corpusSize: 20,
      queries: [{ id: 'q', text: "what's !this", grades: { d1: 1, d5: 3 } }],
      attribution: '',
    })
    // printf in place of curl shows the words the shell makes of the line
    const words = spawnSync('sh', ['-c', line.replace('curl', 'printf "%s\\n"')], {
      encoding: 'utf8',
    }).stdout.split('\n')
    const body = JSON.parse(words[words.indexOf('-d') + 1]!)
    expect(body.query).toBe("what's !this")
    expect(body.documents).toHaveLength(3)
    expect(body.documents[1]).toEqual({ title: "it's $HOME 5", summary: '`x` "y" \\' })
  })
})
