// Estimates the cost of requests to a server before anything is sent.
import { z } from 'zod'
import type { TextPair } from '../scorer.ts'
import { requestsOf } from './served-scorer.ts'
import type { Requested } from './server.ts'

export const price = z.strictObject({
  /** such as USD */
  currency: z.string().min(1),
  /** for the tokens that are sent */
  perMillionTokens: z.number().min(0).exactOptional(),
  /** Cohere and others bill searches: a query with its documents */
  perThousandRequests: z.number().min(0).exactOptional(),
})
type Price = Readonly<z.output<typeof price>>

export interface Cost {
  readonly requests: number
  /** an estimate: one token for every four bytes of the request */
  readonly tokens: number
  readonly money: number
  /** pairs with a kept answer */
  readonly known: number
}

const BYTES_PER_TOKEN = 4

/**
 * @param groups pairs, grouped by query
 * @param isKnown whether a pair has a kept answer, which costs nothing
 */
export function costOf(
  requested: Requested,
  { perMillionTokens = 0, perThousandRequests = 0 }: Price,
  groups: Iterable<readonly TextPair[]>,
  isKnown: (pair: TextPair) => boolean = () => false,
): Cost {
  let [requests, bytes, known] = [0, 0, 0]
  for (const pairs of groups) {
    const open = pairs.filter((pair) => !isKnown(pair))
    known += pairs.length - open.length
    for (const { body } of requestsOf(requested, open)) {
      requests++
      bytes += Buffer.byteLength(JSON.stringify(body()))
    }
  }
  const tokens = Math.ceil(bytes / BYTES_PER_TOKEN)
  const money = (tokens * perMillionTokens) / 1e6 + (requests * perThousandRequests) / 1e3
  return { requests, tokens, money, known }
}
