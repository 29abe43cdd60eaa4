// The files of the first page, and the policy a browser shows them under: everything from this host, nothing inline.
// Other static assets (the bundle's weights) are for the Worker alone.
import { ApiError } from '../api-error.ts'
import type { Assets } from '../models/stored-models.ts'

export const PAGE_FILES = [
  '/',
  '/page.js',
  '/page.css',
  '/example.json',
  '/ranking-worker.js',
  '/ort-wasm-simd-threaded.wasm',
] as const

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
