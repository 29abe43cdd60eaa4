// `npm run bench -- learning-curve <points.json> <picture.svg>`: draws what `own-data --judged` and `own-data --curve` measured, a
// point a line of theirs. The points of the picture in packages/metrics/LOG.md lie next to it.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { drawCurve } from '../../own-data/draw-curve.ts'

const points = z.array(
  z.strictObject({
    set: z.string().min(1),
    from: z.string().min(1),
    judged: z.int().min(1),
    gain: z.strictObject({ value: z.number(), low: z.number(), high: z.number() }),
  }),
)

export async function run(): Promise<void> {
  const [from, to] = process.argv.slice(3).map((path) => resolve(process.env.INIT_CWD ?? '.', path))
  if (from === undefined || to === undefined)
    throw new Error('Name the points and the picture: npm run bench -- learning-curve points.json curve.svg')
  writeFileSync(to, await drawCurve(points.parse(JSON.parse(readFileSync(from, 'utf8')))))
}
