// The routes for people: the page, and the description of the API.
import { ApiError } from '../api-error.ts'
import { docsPage } from '../describe/docs-page.ts'
import { DOCS_STYLE } from '../describe/docs-style.ts'
import { ICON } from '../describe/icon.ts'
import { type OpenApi, openApi } from '../describe/openapi.ts'
import type { PathDialects } from '../dialects/index.ts'
import type { Assets } from '../models/assets-and-bucket.ts'
import { type App, refuse } from './app-context.ts'
import { PAGE_FILES, pageFile, type ShownExample, shownFile } from './page-files.ts'

/** the path in pages, and the default path of browsers */
const ICON_PATHS = ['/favicon.svg', '/favicon.ico'] as const

export interface PageFacts {
  /** the example in which the page may search */
  readonly example: ShownExample
  /** whether the server requires a key */
  readonly closed: boolean
  /** whether the page may ask search APIs for documents */
  readonly search: boolean
  /** whether searches of the page are recorded */
  readonly record: boolean
}

/**
 * @param assets the files of the page; without them only the description is served
 * @param facts the facts about the server for the page
 * @param model the name of the served model, if it is known
 */
export function pageRoutes(
  app: App,
  dialects: Readonly<Record<string, PathDialects>>,
  assets: Assets | undefined,
  { example, closed, search, record }: PageFacts,
  model: () => Promise<string | undefined>,
): void {
  // made for the first request, so that a cold start does not wait for it
  let described: OpenApi | undefined
  const api = () => {
    described ??= openApi(dialects, closed)
    return described
  }
  app.get('/openapi.json', (c) => c.json(api()))
  app.get('/docs', (c) => c.html(docsPage(api(), new URL(c.req.url).origin)))
  app.get('/docs.css', (c) => c.body(DOCS_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  for (const path of ICON_PATHS)
    app.get(path, (c) =>
      c.body(ICON, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=86400' }),
    )
  if (assets !== undefined) {
    for (const path of PAGE_FILES) app.get(path, (c) => pageFile(assets, c.req.raw))
    // everything that the page needs before it can render, in one answer
    app.get('/page.json', async (c) => {
      const first = await shownFile(assets, example, 'first')
      const server = {
        key: closed,
        model: await model(),
        ...(search && { search }),
        ...(record && { record }),
      }
      return c.json({ ...server, example: first === undefined ? null : await first.json() })
    })
    app.get('/example.json', async (c) => {
      const whole = await shownFile(assets, example, 'whole', c.req.raw)
      if (whole !== undefined) return new Response(whole.body, whole)
      throw new ApiError(
        404,
        'This server shows no example. PUBLISH_EXAMPLE=true under "vars" shows the one in its deployment.',
      )
    })
  }
  for (const path of ['/openapi.json', '/docs']) app.all(path, () => refuse('GET'))
}
