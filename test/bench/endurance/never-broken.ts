// `npm run bench -- never-broken [minutes] [mixes]`: with each engine, six clients side by side for ten minutes against workerd
// alone, then a thousand mixes of resets, broken bodies, slow files and, on onnxruntime, traps; every so many mixes on a fresh
// server, that it is met while it loads. After each the next ranking has the same scores.
import { isDeepStrictEqual } from 'node:util'
import { client, happen, KNOWN, mishaps, rank, scoresOf, trapping } from '../../edge/hostile/mishaps.ts'
import { type Bare, serveBare } from '../../edge/served/bare-workerd.ts'
import { DIST } from '../edge/example-requests.ts'

const CLIENTS = 6
/** mixes that a server sees */
const A_SERVER = 25
/** ms between two lines */
const TELL = 30_000

async function scoresNow({ url }: Bare): Promise<unknown> {
  const { status, text } = await rank(url, KNOWN)
  return status === 200 ? scoresOf(text) : `${status} ${text}`
}

/** Prints what was answered; fails at the first ranking that is not as before. */
export async function run(): Promise<void> {
  const minutes = Number(process.argv[3] ?? 10)
  const mixes = Number(process.argv[4] ?? 1_000)
  for (const engine of ['fused', 'onnxruntime']) {
    const wanted = await sideBySide(engine, minutes * 60_000)
    await mixed(engine, mixes, wanted)
  }
}

/** @returns the scores of the known request, which are the same before and after */
async function sideBySide(engine: string, milliseconds: number): Promise<unknown> {
  const server = await serveBare({ dist: DIST, variables: { ENGINE: engine } })
  try {
    const wanted = await scoresNow(server)
    const began = performance.now()
    const statuses = new Map<number, number>()
    let told = began
    const goOn = () => {
      const now = performance.now()
      if (now - told > TELL) {
        told = now
        console.log(
          `${engine}: ${JSON.stringify([...statuses])}, ${Math.ceil((began + milliseconds - now) / 1000)} s left`,
        )
      }
      return now - began < milliseconds
    }
    const clients = Array.from({ length: CLIENTS }, (_, at) => client(server.url, at, goOn, statuses))
    await Promise.all(clients)
    console.log(
      `${engine}: ${CLIENTS} clients for ${milliseconds / 60_000} minutes: ${JSON.stringify([...statuses])}`,
    )
    for (const status of statuses.keys())
      if (status !== 200 && status !== 503) throw new Error(`A ranking was answered ${status}.`)
    if (!isDeepStrictEqual(await scoresNow(server), wanted)) throw new Error('The scores are others.')
    return wanted
  } finally {
    await server.close()
  }
}

async function mixed(engine: string, count: number, wanted: unknown): Promise<void> {
  const prelude = engine === 'onnxruntime' ? trapping(23) : ''
  const began = performance.now()
  const all = mishaps(count, engine.length)
  for (let from = 0; from < count; from += A_SERVER) {
    // files take 0 to 160 ms
    const assets = { delay: (from * 7) % 161, failing: false }
    const server = await serveBare({ dist: DIST, variables: { ENGINE: engine }, prelude, assets })
    try {
      for (const [at, mix] of all.slice(from, from + A_SERVER).entries()) {
        await Promise.all(mix.map((one) => happen(server, one)))
        const now = await scoresNow(server)
        if (!isDeepStrictEqual(now, wanted)) throw new Error(`After mix ${from + at}: ${JSON.stringify(now)}`)
      }
    } finally {
      await server.close()
    }
    const done = Math.min(count, from + A_SERVER)
    const left = ((performance.now() - began) / done) * (count - done)
    if (done % (8 * A_SERVER) === 0 || done === count)
      console.log(`${engine}: ${done} mixes, the same scores after each; ${Math.ceil(left / 1000)} s left`)
  }
}
