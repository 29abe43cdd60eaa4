import { describe, expect, it } from 'vitest'
import { answerText } from './answer-text.ts'

describe('the text of an answer', () => {
  it('has no half of a surrogate pair, and keeps texts that only look like one', () => {
    const text = answerText({
      document: { text: 'ok \ude00 buffer', more: ['\ud83d', '😀', '\\ud800', '\\\\ude00'] },
    })
    expect(text.isWellFormed()).toBe(true)
    expect(text).not.toMatch(/(^|[^\\])(\\\\)*\\ud[89a-f]/)
    expect(JSON.parse(text)).toEqual({
      document: { text: 'ok \ufffd buffer', more: ['\ufffd', '😀', '\\ud800', '\\\\ude00'] },
    })
  })

  it('writes scores with a fraction, whole ones too, and counts without', () => {
    const results = [0, 1, -3, 0.5, 1e-7].map((score, index) => ({ index, relevance_score: score }))
    expect(answerText({ results, total_tokens: 7 })).toBe(
      '{"results":[{"index":0,"relevance_score":0.0},{"index":1,"relevance_score":1.0},' +
        '{"index":2,"relevance_score":-3.0},{"index":3,"relevance_score":0.5},{"index":4,"relevance_score":1e-7}],' +
        '"total_tokens":7}',
    )
    const quoted = { text: '"score":3,', scores: [{ document: 'a', score: -3.402823e38 }] }
    expect(JSON.parse(answerText(quoted))).toEqual(quoted)
    expect(answerText(quoted)).toContain('\\"score\\":3,')
  })
})
