import { describe, expect, it } from 'vitest'
import { ApiError } from '../api-error.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { cohereV2 } from './cohere-v2.ts'

const { parse } = cohereV2({ ...DEFAULT_LIMITS, documents: 3, queryCharacters: 10 })
const good = { model: 'm', query: 'q', documents: ['a', { title: 'b' }, { title: 'c', summary: '' }] }

function refusal(body: unknown): { status: number; message: string } {
  try {
    parse(body)
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, message: error.message }
    throw error
  }
  throw new Error('The body was taken')
}

describe('a request of Cohere v2', () => {
  it('takes strings and objects of title and summary', () => {
    expect(parse(good).request).toMatchObject(good)
  })

  it('takes null where the Cohere API does, and names fields it does not know', () => {
    const { request, warnings, answer } = parse({ ...good, top_n: null, top_k: 3 })
    expect(request.topN).toBeUndefined()
    expect(warnings).toEqual(['The field "top_k" is not known and was ignored.'])
    expect(
      answer({ results: [], tokens: 0 }, { id: 'i', model: 'm', warnings, relevance: (score) => score }),
    ).toMatchObject({ meta: { warnings } })
  })

  it.each([
    [{ ...good, query: ' \n' }, 'query: is empty; send the words to rank the documents by.'],
    [{ ...good, query: 7 }, 'query: wanted a string, got the number 7.'],
    [{ ...good, documents: [] }, 'documents: is empty; send at least one document.'],
    [{ ...good, documents: 'a' }, 'documents: wanted an array of documents, got a string.'],
    [
      { ...good, documents: ['a', null] },
      'documents[1]: wanted a string or an object of text fields, got null.',
    ],
    [
      { ...good, documents: [{ price: 3 }] },
      'documents[0]: has no text field; wanted "text", or "title" and "summary", or any field that is a string.',
    ],
    [
      { ...good, documents: ['a', { text: 'b', summary: 3 }] },
      'documents[1].summary: wanted a string, got the number 3.',
    ],
    [{ ...good, documents: ['', 'a'] }, 'documents[0]: is blank; send a text, or leave it out.'],
    [
      { ...good, documents: ['a', { title: ' ', summary: '\n' }] },
      'documents[1]: is blank; send a text, or leave it out.',
    ],
    [{ ...good, documents: ['a', { title: 3 }] }, 'documents[1].title: wanted a string, got the number 3.'],
    [{ ...good, top_n: 0 }, 'top_n: wanted a whole number from 1 to 2147483647, got the number 0.'],
    [{ ...good, top_n: 1.5 }, 'top_n: wanted a whole number from 1 to 2147483647, got a fraction.'],
    [{ ...good, priority: 1000 }, 'priority: wanted a whole number from 0 to 999, got the number 1000.'],
    [[], 'The body: wanted an object with model, query and documents, got an array.'],
  ])('refuses the wrong shape, naming the path: %j', (body, message) => {
    expect(refusal(body)).toEqual({ status: 400, message })
  })

  it('refuses what is past a limit with 422, naming the limit', () => {
    expect(refusal({ ...good, query: 'q'.repeat(11) })).toEqual({
      status: 422,
      message: 'query: is longer than 10 characters; shorten it.',
    })
    const many = refusal({ ...good, documents: Array(10_001).fill(3) })
    expect(many.status).toBe(422)
    expect(many.message).toContain('has 10001 documents, this server accepts 3 a request')
  })

  it('names three flaws at most', () => {
    const { message } = refusal({ ...good, documents: [1, 2, 3], query: 1, model: 1 })
    expect(message).toMatch(/And 2 more\.$/)
  })
})
