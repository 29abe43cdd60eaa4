// The deadline of a request: the client's timeout, within the server's limit.
import { ApiError } from '../api-error.ts'

/**
 * @param header of `x-request-timeout`: milliseconds
 * @param most the server's limit in ms
 * @returns ms since 1970
 * @throws {ApiError} 400: the header is not a whole number from 1
 */
export function deadlineOf(header: string | undefined, most: number, now: number = Date.now()): number {
  if (header === undefined) return now + most
  if (!/^[1-9]\d{0,8}$/.test(header))
    throw new ApiError(
      400,
      'The header x-request-timeout is wrong: wanted milliseconds, a whole number from 1.',
    )
  return now + Math.min(most, Number(header))
}
