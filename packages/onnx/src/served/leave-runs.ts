// Writes the runs and the row of the quantize stage for the report.
import { join } from 'node:path'
import { byScore, type Pairs, type Run } from '@disranker/dataset'
import { itemsOf, NETWORK_ONLY, writeRanked, writeSplits } from '@disranker/ranking'
import { type ServedModel, servedTerms } from './served-terms.ts'

/** Writes the served runs, and those by the network alone, for the report. */
export function leaveRuns(
  folder: string,
  runs: Readonly<Record<'validation' | 'test', Run>>,
  pairs: Pairs,
  model: ServedModel,
  student = 'student',
): void {
  const { network } = model.config.disranker as { network?: { leftOut: string } }
  const terms = servedTerms(model)
  const { lexical, staticTerm } = terms.weights
  writeSplits(join(folder, 'runs'), runs, 'int8')
  writeRanked(folder, {
    row: `${student}_int8`,
    role: 'served',
    what: `${network ? 'the table of words and lexical overlap' : 'the distilled student'} in int8: what is served`,
    lexicalWeight: lexical,
    ...(network ? { networkLeftOut: network.leftOut } : { staticWeight: staticTerm }),
  })
  if (network || (lexical === 0 && staticTerm === 0)) return
  const without = (run: Run): Run =>
    new Map(
      [...run].map(([id, rows]) => [
        id,
        itemsOf(id, rows, pairs)
          .map(({ query, document, first }) => {
            const added = terms.of(query, document)
            const others = lexical * added.lexical + staticTerm * added.staticTerm
            return { document: document.id, score: first - others }
          })
          .sort(byScore),
      ]),
    )
  const networkOnly = { validation: without(runs.validation), test: without(runs.test) }
  writeSplits(join(folder, 'runs', NETWORK_ONLY), networkOnly, 'int8')
}
