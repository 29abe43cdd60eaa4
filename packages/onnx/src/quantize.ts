// Turns the float32 model into an int8 bundle, which must rank as well: the reranker serves it on validation,
// and a bundle that does not rank like the trained student (quality-gate.ts) is not written. The stage then
// leaves the reason in its manifest, so that the report has it, too.
// Run: npx turbo run quantize
import { join } from 'node:path'
import { type Pairs, type Run, readPairs, readRun, type Scored } from '@disranker/dataset'
import { CROSS_FITTED, isFewMeasured, itemsOf, readRanked, writeSplits } from '@disranker/ranking'
import type { Bundle } from '@disranker/reranker'
import {
  InputError,
  type Manifest,
  readManifest,
  runStage,
  type StageOptions,
  type Work,
} from '@disranker/stage'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { z } from 'zod'
import { buildBundle, readBundle, writeBundle } from './bundle.ts'
import { readStudentFolder, type StudentConfig } from './convert.ts'
import { createCheckpoint } from './graph/checkpoint.ts'
import type { ActivationScales } from './graph/int8-graph.ts'
import { type CalibrationText, calibrate } from './int8/calibrate.ts'
import { type Comparison, compareRuns, type GateRecipe, refusal } from './int8/quality-gate.ts'
import { quantisationWays } from './int8/quantisation-ways.ts'
import { fitRelevance, outcomesOf, relevanceQuality } from './served/fit-relevance.ts'
import { leaveRuns } from './served/leave-runs.ts'
import { chosenTerms, rankCrossFitted } from './served/rank-cross-fitted.ts'
import { rankServed } from './served/rank-served.ts'
import { hasNetwork, knownPair, withScore } from './served/served-config.ts'

/**
 * queries of the check, only a few: a wrong conversion changes every score, and float32 in the edge's
 * runtime is slow
 */
const PARITY_QUERIES = 5
/** largest difference between TensorFlow.js and ONNX in float32 */
const PARITY = 1e-3

export interface QuantizeRecipe extends GateRecipe {
  /** number of train pairs for calibrating the scales */
  readonly calibrationPairs: number
  /**
   * Activations of seven bits, if they pass this gate: faster on machines without an instruction for whole
   * bytes (AMD before Zen 5). By default they are not tried.
   */
  readonly sevenBits?: GateRecipe
}

const gate = {
  maxLoss: z.number().min(0).max(1),
  minAgreement: z.number().min(-1).max(1).exactOptional(),
}
export const quantizeSchema: z.ZodType<QuantizeRecipe> = z.strictObject({
  calibrationPairs: z.int().min(1),
  ...gate,
  sevenBits: z.strictObject(gate).exactOptional(),
})

export interface QuantizeOptions extends StageOptions<QuantizeRecipe> {
  readonly student: string
  /** folder of the convert stage */
  readonly converted: string
  readonly pairs: string
}

/**
 * Writes `bundle/` and its runs, `runs/{validation,test}.run`, or `leftOut` in its metrics when int8 does not
 * rank like float32.
 * @throws {InputError} when the converted model is not the student's
 */
export function quantize(options: QuantizeOptions): Promise<Manifest> {
  const { student, converted, pairs: pairsFolder, recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'quantize',
    inputs: { student, converted, pairs: pairsFolder },
    async run(work) {
      const pairs = work.closeLater(readPairs(pairsFolder))
      const model = readStudentFolder(student)
      const calibrated = hasNetwork(model)
        ? await calibrate(
            createCheckpoint(model.config, model.tensors),
            calibrationTexts(pairs, model, recipe.calibrationPairs),
            work.scratch,
          )
        : {}
      const float = readRun(join(student, 'runs', 'validation.run'))
      await checkConverted(readBundle(join(converted, 'bundle')), float, pairs, work)
      const tried: {
        int8: Run
        activationScales: ActivationScales
        ranks?: Comparison
        refused?: string | undefined
      } = {
        int8: new Map(),
        activationScales: {},
      }
      for (const { what, scales, gate } of quantisationWays(calibrated, recipe.sevenBits)) {
        tried.activationScales = scales
        const bundle = buildBundle({ ...model, precision: 'int8', activationScales: tried.activationScales })
        tried.int8 = await rankServed({
          name: 'int8 ranks validation',
          bundle,
          run: pairs.candidates('validation'),
          pairs,
          work,
        })
        tried.ranks = compareRuns(tried.int8, float, pairs.judgements)
        tried.refused = refusal(tried.ranks, gate ?? recipe)
        if (tried.refused === undefined) break
        work.progress.say(`quantize: ${what}: ${tried.refused}`)
      }
      const { int8, activationScales, ranks, refused } = tried
      const gate = {
        validation_ndcg10_int8: ranks!.after,
        validation_ndcg10_fp32: ranks!.before,
      }
      const agreement = { difference: ranks!.difference, agreement: ranks!.agreement, judged: ranks!.queries }
      if (refused !== undefined)
        return {
          leftOut: `${refused}. Raise calibrationPairs, train a larger student, or change the bound in packages/onnx/recipes/quantize.ts`,
          ...gate,
          ...agreement,
        }
      const bare = { ...model, precision: 'int8', activationScales } as const
      const outcomes = outcomesOf(int8, pairs.judgements)
      const relevance = fitRelevance(outcomes)
      const { rightAboveHalf, othersBelowHalf } = relevanceQuality(outcomes, relevance)
      const metrics = {
        ...gate,
        // there is nothing to compare if a kind is missing
        ...(Number.isFinite(rightAboveHalf * othersBelowHalf) && {
          validation_right_above_half: rightAboveHalf,
          validation_others_below_half: othersBelowHalf,
        }),
      }
      const known = await knownPair(buildBundle(bare), pairs)
      const bundle = buildBundle({ ...bare, config: withScore(model, relevance, known), metrics })
      const test = await rankServed({
        name: 'int8 ranks test',
        bundle,
        run: pairs.candidates('test'),
        pairs,
        work,
      })
      leaveRuns(work.folder, { validation: int8, test }, pairs, model, readRanked(student)?.row)
      const { learned, ...learning } = readManifest(student).metrics
      if (learned === false && isFewMeasured(pairs)) {
        const train = await rankServed({
          name: 'int8 ranks judged train queries',
          bundle,
          run: judgedRun(pairs.firstStage('train'), pairs),
          pairs,
          work,
        })
        const served = new Map([int8, test].flatMap((run) => [...judgedRun(run, pairs)]).concat([...train]))
        const crossFitted = rankCrossFitted({ pairs, served, model, chosen: chosenTerms(learning) })
        writeSplits(join(work.folder, 'runs'), { [CROSS_FITTED]: crossFitted }, 'int8')
      }
      writeBundle(join(work.folder, 'bundle'), bundle)
      return {
        ...metrics,
        ...agreement,
        bytes: bundle['model.onnx.data']!.byteLength,
        activationScales,
        relevance,
      }
    },
  })
}

const judgedRun = (run: Run, { judgements }: Pairs): Run =>
  new Map([...run].filter(([id]) => judgements.has(id)))

/** The first candidate of as many train queries as needed, then the second of each, and so on. */
function calibrationTexts(
  pairs: Pairs,
  { config, tokenizer }: { config: StudentConfig; tokenizer: string },
  count: number,
): CalibrationText[] {
  const { encoding } = config.disranker as { encoding: Encoding }
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  // so few of them are looked at that what follows is not read
  const candidates: (readonly [string, readonly Scored[]])[] = []
  for (const entry of pairs.candidates('train')) {
    candidates.push(entry)
    if (candidates.length >= count) break
  }
  const texts: CalibrationText[] = []
  const deepest = Math.max(0, ...candidates.map(([, rows]) => rows.length))
  for (let position = 0; position < deepest && texts.length < count; position++)
    for (const [id, rows] of candidates) {
      if (texts.length >= count) break
      const row = rows[position]
      if (row !== undefined)
        for (const { query, document } of itemsOf(id, [row], pairs))
          texts.push(encoder.encode(query, document))
    }
  return texts
}

/**
 * Checks on a few queries that the converted model scores like the trained network.
 * @throws {InputError} when a score is off by more than rounding
 */
async function checkConverted(bundle: Bundle, trained: Run, pairs: Pairs, work: Work): Promise<void> {
  const some = new Map([...pairs.candidates('validation')].slice(0, PARITY_QUERIES))
  for (const [id, rows] of await rankServed({ name: 'fp32 is checked', bundle, run: some, pairs, work })) {
    const expected = new Map(trained.get(id)?.map(({ document, score }) => [document, score]))
    for (const { document, score } of rows) {
      const wanted = expected.get(document)
      if (wanted === undefined || Math.abs(score - wanted) > PARITY)
        throw new InputError(
          `The converted model scores document ${document} of query ${id} as ${score}; the trained student as ${wanted}. One of them is not of this student: run \`npx turbo run convert --force\`.`,
        )
    }
  }
}
