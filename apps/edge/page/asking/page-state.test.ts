import { expect, it } from 'vitest'
import { fromAddress, LONGEST_OWN, type PageState, toFragment } from './page-state.ts'

const plain: PageState = { query: '', here: false, own: undefined, api: '', path: '' }

it.each<Partial<PageState>>([
  {},
  { query: 'a & b = c # d + e % f \u2026 \u{1f600}' },
  { query: 'q', here: true, own: 'one\ttwo\n{"title": "&"}' },
  { own: '', api: 'https://a.test/?q={query}&n=1#x', path: 'hits[*]._source' },
])('comes back from its link: %j', (state) => {
  const hash = toFragment({ ...plain, ...state })
  expect(fromAddress({ hash, search: '' })).toEqual({ ...plain, ...state })
  // what chat programs would end a link at
  expect(hash).not.toMatch(/[\s+"<>]/)
})

it('says that documents are own ones, and leaves them out where they are too long for a link', () => {
  const own = 'x'.repeat(LONGEST_OWN + 1)
  expect(fromAddress({ hash: toFragment({ ...plain, own }), search: '' }).own).toBe('')
})

it('takes the query of an older link', () => {
  expect(fromAddress({ hash: '', search: '?q=a%20b' })).toEqual({ ...plain, query: 'a b' })
  expect(fromAddress({ hash: '#q=new', search: '?q=old' }).query).toBe('new')
})
