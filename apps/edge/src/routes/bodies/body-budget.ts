// The memory that request bodies may take together, in one isolate or one process. A body is counted from its first block until
// its request is answered, a compressed one by its inflated size. When the memory is full, bodies that have stalled are refused
// to make room, the one with the oldest last block first. If none has stalled, the body that asks for more memory is refused.
//
// The blocks of a body that have arrived come from a pool, so that a refused body leaves no garbage.
//
// A request can end without any notice: the platform drops its timers and promises. So a body is plain data that any request may
// remove. Its request checks for that, and a body whose request no longer checks is removed.
import { ApiError } from '../../api-error.ts'
import { BLOCK, type BlockPool } from './block-pool.ts'

export interface BodyBudget {
  /** bytes of all bodies now */
  readonly bytes: number
  /**
   * Counts a body that begins to arrive.
   * @param deadline ms since 1970 after which it must have arrived
   * @param share of the memory up to which it may be held, with all others: by its size, as far as it is
   * known
   */
  open(deadline: number, share?: number): HeldBody
}

export interface HeldBody {
  /** Counts more bytes. @throws {ApiError} 503: there is no room for them; 408 as `look` */
  grow(bytes: number): void
  /** Keeps a copy of these bytes in a new block. @throws {ApiError} as `grow` */
  add(block: Uint8Array): void
  /** Keeps these bytes, which were counted before. */
  keep(bytes: Uint8Array): void
  /** Marks the body as still in use. @throws {ApiError} 408: its deadline has passed, or it was refused because it stalled */
  look(): void
  /** Marks the body as complete: it is no longer refused to make room. @throws {ApiError} 408: it was before */
  arrived(): void
  /**
   * The text of a body that has arrived. Its bytes stay counted, because its request works with them.
   * @throws {TypeError} it is not UTF-8
   * @throws {ApiError} 408: its request took too long
   */
  take(): string
  /** Frees its bytes, when its request is answered. */
  close(): void
}

interface Held {
  bytes: number
  blocks: Uint8Array[]
  arriving: boolean
  refused: boolean
  readonly deadline: number
  /** when its last block arrived */
  moved: number
  /** when its request last ran */
  seen: number
}

/** ms without a new block after which a body counts as stalled: slower than 64 kB a second */
const STALLED = 1_000
/** ms after which a body is removed if its request has not run */
const LOST = 5_000
/** maximal bytes of a small body, including the buffers for reading and inflating it */
const SMALL = 4 * BLOCK
/** share of the memory that larger bodies may take; the rest is for small ones */
const LARGE = 0.75
/**
 * share that refused bodies may use, too, while they are read and dropped: half of the rest, so that small
 * ones always have room
 */
export const DROPPED = (LARGE + 1) / 2
/**
 * Share of the memory for a body of declared length: a large one uses none of the room of small ones, not
 * even at its start.
 */
export const shareOf = (declared: number): number => (declared > SMALL ? LARGE : 1)
const RETRY = { headers: { 'retry-after': '1' } }

/** @param most maximal bytes of all bodies together */
export function createBodyBudget(most: number, pool: BlockPool, now: () => number = Date.now): BodyBudget {
  const bodies = new Set<Held>()
  let total = 0

  function free(body: Held): void {
    if (bodies.delete(body)) total -= body.bytes
    letGo(body)
  }

  function letGo(body: Held): void {
    for (const { buffer } of body.blocks) pool.give(buffer as ArrayBuffer)
    body.blocks = []
  }

  function refuse(body: Held): void {
    body.refused = true
    free(body)
  }

  function forgetLost(): void {
    const time = now()
    for (const body of bodies)
      if ((body.arriving && body.seen < time - LOST) || body.deadline < time - LOST) refuse(body)
  }

  /** Refuses stalled bodies, the one with the oldest last block first, until there is enough room. */
  function makeRoom(bytes: number, room: number, own: Held): boolean {
    if (total + bytes <= room) return true
    forgetLost()
    const before = now() - STALLED
    const stalled = [...bodies]
      .filter((body) => body !== own && body.arriving && body.moved < before)
      .sort((a, b) => a.moved - b.moved)
    for (const body of stalled) {
      if (total + bytes <= room) break
      refuse(body)
    }
    return total + bytes <= room
  }

  return {
    get bytes() {
      return total
    },
    open(deadline, share = 1) {
      const time = now()
      const body: Held = {
        bytes: 0,
        blocks: [],
        arriving: true,
        refused: false,
        deadline,
        moved: time,
        seen: time,
      }
      bodies.add(body)
      const look = () => {
        body.seen = now()
        if (body.refused) throw stalled()
        if (body.seen > deadline) throw late()
      }
      const grow = (bytes: number) => {
        look()
        const size = body.bytes + bytes
        const room = most * Math.min(share, size > SMALL ? LARGE : 1)
        if (!makeRoom(bytes, room, body)) throw full(most)
        body.bytes = size
        total += bytes
        body.moved = now()
      }
      return {
        look,
        grow,
        add(block) {
          grow(BLOCK)
          const copy = new Uint8Array(pool.take(), 0, block.byteLength)
          copy.set(block)
          body.blocks.push(copy)
        },
        keep(bytes) {
          body.blocks.push(bytes)
        },
        arrived() {
          // the deadline is not checked here: a complete body can only be late for its ranking, which has its
          // own error
          if (body.refused) throw stalled()
          body.arriving = false
        },
        take() {
          if (body.refused) throw stalled()
          // in one piece: a text that grows block by block exists twice when it is parsed, and both become garbage
          const text = new TextDecoder('utf-8', { fatal: true }).decode(pool.joined(body.blocks))
          letGo(body)
          return text
        },
        close: () => free(body),
      }
    },
  }
}

const late = () =>
  new ApiError(
    408,
    'The body did not arrive in the time of a request (REQUEST_TIMEOUT_MS). Send it faster, or less of it.',
    RETRY,
  )

const stalled = () =>
  new ApiError(
    408,
    'The body stalled for more than a second, and other requests needed its memory (MAX_BODIES_BYTES). Send it again.',
    RETRY,
  )

const full = (most: number) =>
  new ApiError(
    503,
    `The server is busy: the bodies of other requests use all ${most} bytes (MAX_BODIES_BYTES). Send it again.`,
    RETRY,
  )
