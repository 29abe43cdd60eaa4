// What asking a server will cost, before anything is sent.
import type { TextPair } from '../scorer.ts'
import { requestsOf } from './served-scorer.ts'
import type { Requested } from './server.ts'

export interface Price {
  /** such as USD */
  readonly currency: string
  /** of the tokens that are sent */
  readonly perMillionTokens?: number
  /** Cohere and others count searches: a query with its documents */
  readonly perThousandRequests?: number
}

export interface Cost {
  readonly requests: number
  /** about: a token for every four bytes of what is sent */
  readonly tokens: number
  readonly money: number
  /** pairs that were answered before */
  readonly known: number
}

const BYTES_PER_TOKEN = 4

/**
 * @param groups pairs, those of a query together
 * @param isKnown whether a pair was answered before, which costs nothing
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
