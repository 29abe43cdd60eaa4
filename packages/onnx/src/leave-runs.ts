// What the report reads of the quantize stage: its runs, and its row.
import { join } from 'node:path'
import { byScore, type Pairs, type Run } from '@disranker/dataset'
import { itemsOf, NETWORK_ONLY, writeRanked, writeSplits } from '@disranker/ranking'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import type { StudentConfig } from './convert.ts'
import { roundedTable } from './rounded-table.ts'

/** The runs as they are served, and those by the network alone, for the report. */
export function leaveRuns(
  folder: string,
  runs: Readonly<Record<'validation' | 'test', Run>>,
  pairs: Pairs,
  {
    config,
    tokenizer,
    staticBiEncoder,
  }: { config: StudentConfig; tokenizer: string; staticBiEncoder?: StaticBiEncoder | undefined },
  student = 'student',
): void {
  const { encoding, score, network } = config.disranker as {
    encoding: Encoding
    score?: { lexicalWeight?: number; wideWeight?: number }
    network?: { leftOut: string }
  }
  const { lexicalWeight = 0, wideWeight: staticWeight = 0 } = score ?? {}
  writeSplits(join(folder, 'runs'), runs, 'int8')
  writeRanked(folder, {
    row: `${student}_int8`,
    role: 'served',
    what: 'the distilled student in int8: what is served',
    lexicalWeight,
    ...(network ? { networkLeftOut: network.leftOut } : { staticWeight }),
  })
  if (network || (lexicalWeight === 0 && staticWeight === 0)) return
  // as it is served: with rows in int8
  const staticScore =
    staticBiEncoder && createStaticScore({ ...staticBiEncoder, table: roundedTable(staticBiEncoder) })
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  const without = (run: Run): Run =>
    new Map(
      [...run].map(([id, rows]) => [
        id,
        itemsOf(id, rows, pairs)
          .map(({ query, document, first }) => {
            const pair = encoder.encode(query, document)
            const others = lexicalWeight * pair.overlap + staticWeight * (staticScore?.(pair) ?? 0)
            return { document: document.id, score: first - others }
          })
          .sort(byScore),
      ]),
    )
  const bare = { validation: without(runs.validation), test: without(runs.test) }
  writeSplits(join(folder, 'runs', NETWORK_ONLY), bare, 'int8')
}
