// The files of the page, and its content security policy: only resources of this host, nothing inline. Other
// static assets (the bundle's weights) are for the Worker only.
import { ApiError } from '../api-error.ts'
import type { Assets } from '../models/assets-and-bucket.ts'

export const PAGE_FILES = [
  '/',
  '/page.js',
  '/page.css',
  '/ranking-worker.js',
  '/stemmers.js',
  '/experiments.js',
  '/ort-wasm-simd-threaded.wasm',
] as const

/** the script that sends the users' actions on results; pages of other origins include it */
export const EVENT_SCRIPT = '/ubi.js'

/** the documents that the page searches: the example that comes with the code, or a part of the operator's corpus */
export const EXAMPLE = 'example.json'
export const OWN_EXAMPLE = 'own-example.json'
/** the part of it that the page shows first */
export const FIRST = 'first.json'
export const OWN_FIRST = 'own-first.json'

/** Which example is public: none, only the embedded one, or any. */
export type ShownExample = 'none' | 'embedded' | 'any'

/** @param publish the operator's choice, if there is one */
export function shownExample(publish: boolean | undefined, keyed: boolean): ShownExample {
  if (publish === true) return 'any'
  return publish === false || keyed ? 'none' : 'embedded'
}

/**
 * The example, or its first part, if it exists and is public.
 * @param request its headers name the version that the client already has
 */
export async function shownFile(
  assets: Assets,
  shown: ShownExample,
  part: 'whole' | 'first',
  request?: Request,
): Promise<Response | undefined> {
  const [embedded, own] = part === 'whole' ? [EXAMPLE, OWN_EXAMPLE] : [FIRST, OWN_FIRST]
  for (const name of { none: [], embedded: [embedded], any: [embedded, own] }[shown]) {
    // the host does not matter: the binding serves this Worker's own files
    const response = await assets.fetch(new Request(`https://assets.local/${name}`, request))
    if (response.ok || response.status === 304) return response
  }
  return undefined
}

/** @param search origins that the page may ask for documents; "*" for any */
export const contentSecurityPolicy = (search: readonly string[]) => ({
  defaultSrc: ["'none'"],
  // WebAssembly, for ranking in the browser
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'", ...(search.includes('*') ? ['https:', 'http:'] : search)],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
})

/** One file of the page. @throws {ApiError} 404: the page was not built */
export async function pageFile(assets: Assets, request: Request): Promise<Response> {
  const response = await assets.fetch(request)
  if (response.status === 404)
    throw new ApiError(
      404,
      'This file of the page does not exist. Build it with "npm run bundle --workspace @disranker/edge".',
    )
  // a copy, because the headers of a fetched response cannot be changed
  return new Response(response.body, response)
}
