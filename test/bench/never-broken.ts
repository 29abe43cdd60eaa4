// `npm run bench -- never-broken [minutes] [mixes]`: six clients side by side for ten minutes against workerd alone, then a
// thousand mixes of resets, broken bodies and, on onnxruntime, traps. After each the next ranking has the same scores.
import { isDeepStrictEqual } from 'node:util'
import { type Bare, serveBare } from '../edge/bare-workerd.ts'
import { client, happen, KNOWN, mishaps, rank, scoresOf, trapping } from '../edge/mishaps.ts'
import { DIST } from './example-requests.ts'

const CLIENTS = 6

async function scoresNow({ url }: Bare): Promise<unknown> {
  const { status, text } = await rank(url, KNOWN)
  return status === 200 ? scoresOf(text) : `${status} ${text}`
}

/** Prints what was answered; fails at the first ranking that is not as before. */
export async function run(): Promise<void> {
  const minutes = Number(process.argv[3] ?? 10)
  const mixes = Number(process.argv[4] ?? 1_000)
  for (const engine of ['fused', 'onnxruntime']) {
    const server = await serveBare({ dist: DIST, variables: { ENGINE: engine } })
    const wanted = await scoresNow(server)
    const until = performance.now() + (minutes * 60_000) / 2
    const answered = await Promise.all(
      Array.from({ length: CLIENTS }, (_, at) => client(server.url, at, () => performance.now() < until)),
    )
    const statuses = new Map<number, number>()
    for (const [status, count] of answered.flatMap((one) => [...one]))
      statuses.set(status, (statuses.get(status) ?? 0) + count)
    console.log(`${engine}: ${CLIENTS} clients for ${minutes / 2} minutes: ${JSON.stringify([...statuses])}`)
    for (const status of statuses.keys())
      if (status !== 200 && status !== 503) throw new Error(`A ranking was answered ${status}.`)
    if (!isDeepStrictEqual(await scoresNow(server), wanted)) throw new Error('The scores are others.')
    await server.close()

    const prelude = engine === 'onnxruntime' ? trapping(23) : ''
    const harsh = await serveBare({ dist: DIST, variables: { ENGINE: engine }, prelude })
    for (const [at, mix] of mishaps(mixes / 2, engine.length).entries()) {
      await Promise.all(mix.map((one) => happen(harsh, one)))
      const now = await scoresNow(harsh)
      if (!isDeepStrictEqual(now, wanted)) throw new Error(`After mix ${at}: ${JSON.stringify(now)}`)
    }
    console.log(`${engine}: ${mixes / 2} mixes, and the same scores after each`)
    await harsh.close()
  }
}
