import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMarkdownRenderer, disposeMdItInstance } from 'vitepress'
import { expect, it } from 'vitest'
import { linkSources, sourcePath } from './link-sources.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const page = join(root, 'apps/docs/pages/start.md')

it('leads from a page to the path in the repository', () => {
  expect(sourcePath('../../../packages/lexical', page, root)).toBe('tree/main/packages/lexical')
  expect(sourcePath('../../edge/README.md#x', page, root)).toBe('blob/main/apps/edge/README.md#x')
})

it('leaves pages and addresses alone', () => {
  for (const link of ['api.md#errors', 'made/settings.md', '#here', 'https://example.org', '/start'])
    expect(sourcePath(link, page, root)).toBeUndefined()
})

it('refuses a file that is not there', () => {
  expect(() => sourcePath('../../../packages/gone.ts', page, root)).toThrow('which does not exist')
})

it.each([
  ['https://github.com/a/b', '<a href="https://github.com/a/b/blob/main/turbo.json"'],
  [undefined, '<p>a turbo and'],
])('renders with the repository %s', async (repository, wanted) => {
  const md = await createMarkdownRenderer(join(root, 'apps/docs/pages'), { html: false })
  linkSources(md, { root, repository })
  try {
    expect(md.render('a [turbo](../../../turbo.json) and [start](start.md)', { path: page })).toContain(
      wanted,
    )
  } finally {
    // the renderer is one for the process
    disposeMdItInstance()
  }
})
