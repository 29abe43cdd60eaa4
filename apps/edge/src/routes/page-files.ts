// The files of the first page, and the policy a browser shows them under: everything from this host, nothing inline.
// Other static assets (the bundle's weights) are for the Worker alone.
import { ApiError } from '../api-error.ts'
import type { Assets } from '../models/assets-and-bucket.ts'

export const PAGE_FILES = [
  '/',
  '/page.js',
  '/page.css',
  '/ranking-worker.js',
  '/ort-wasm-simd-threaded.wasm',
] as const

/** what the page searches in: the example that comes with the code, or a part of somebody's own corpus */
export const EXAMPLE = 'example.json'
export const OWN_EXAMPLE = 'own-example.json'

/** Whether the world may see it: nothing, the embedded one, or whichever is there. */
export type ShownExample = 'none' | 'embedded' | 'any'

/** @param publish what the operator chose, if anything */
export function shownExample(publish: boolean | undefined, keyed: boolean): ShownExample {
  if (publish === true) return 'any'
  return publish === false || keyed ? 'none' : 'embedded'
}

/** @throws {ApiError} 404 */
export async function exampleFile(assets: Assets, shown: ShownExample, request: Request): Promise<Response> {
  const names = { none: [], embedded: [EXAMPLE], any: [EXAMPLE, OWN_EXAMPLE] }[shown]
  for (const name of names) {
    const response = await assets.fetch(new Request(new URL(`/${name}`, request.url), request))
    if (response.status !== 404) return new Response(response.body, response)
  }
  throw new ApiError(
    404,
    'This server shows no example. PUBLISH_EXAMPLE=true under "vars" shows what it was deployed with.',
  )
}

export const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  // WebAssembly, for ranking in the browser
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
}

/** One file of the page. @throws {ApiError} 404: the page was not built */
export async function pageFile(assets: Assets, request: Request): Promise<Response> {
  const response = await assets.fetch(request)
  if (response.status === 404)
    throw new ApiError(
      404,
      'This file of the page is not there. Build it with "npm run bundle --workspace @disranker/edge".',
    )
  // a copy, because the headers of a fetched response cannot be changed
  return new Response(response.body, response)
}
