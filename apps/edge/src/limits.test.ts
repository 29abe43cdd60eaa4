import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, limitsFrom } from './limits.ts'

describe('limitsFrom', () => {
  it('takes variables as text or number and keeps the defaults of the others', () => {
    expect(limitsFrom({ MAX_DOCUMENTS: '20', MAX_TOKENS: 5, OTHER: 'x', MAX_BODY_BYTES: '' })).toEqual({
      ...DEFAULT_LIMITS,
      documents: 20,
      tokens: 5,
    })
  })

  it.each(['many', '0', '-1', '1.5'])('refuses %j', (value) => {
    expect(() => limitsFrom({ MAX_DOCUMENTS: value })).toThrow(
      `The variable MAX_DOCUMENTS is "${value}": wanted a whole number from 1 to 10000`,
    )
  })
})
