// Chooses the words of a corpus: the analyzer that the recipe names, or that of the documents' language, with
// the stop words and synonyms in the folder of the log. The choice is written to a file, which every later
// stage and the edge read.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnalyzerSpec, analyzerOf, LANGUAGES } from '@disranker/lexical'
import { InputError, type Progress, writeWholeFile } from '@disranker/stage'
import type { InputTable } from '../input/input-files.ts'
import type { PairsRecipe } from '../pairs-recipe.ts'
import { WORDS_FILE } from '../records/read-pairs.ts'
import type { Document, Records } from '../records/records.ts'
import { detectLanguage } from './detect-language.ts'
import { functionWordsOf } from './function-words.ts'

/** they are stored in every index and model */
const LARGEST_LIST = 1_000_000

export interface WordLists {
  readonly stopwords: InputTable | undefined
  readonly synonyms: InputTable | undefined
}

/**
 * Chooses, prints the choice and its reason, and writes words.json.
 * @throws {InputError} when a list cannot be read, or a synonym is not one word
 */
export function chooseWords(
  { analyzer }: PairsRecipe['words'],
  documents: Records<Document>,
  lists: WordLists,
  folder: string,
  progress: Progress,
): AnalyzerSpec {
  const { name, why } =
    analyzer === 'auto' ? nameFor(documents) : { name: analyzer, why: 'as the recipe says' }
  const stopWords = lists.stopwords ? readList(lists.stopwords) : functionWordsOf(name)
  const synonyms = lists.synonyms && readSynonyms(lists.synonyms)
  const spec: AnalyzerSpec = { name, ...(stopWords && { stopWords }), ...(synonyms && { synonyms }) }
  try {
    analyzerOf(spec)
  } catch (error) {
    const file = lists.synonyms?.path ?? lists.stopwords?.path ?? 'recipes/pairs.ts'
    throw new InputError(`${file}: ${(error as Error).message}`, { cause: error })
  }
  writeWholeFile(join(folder, WORDS_FILE), `${JSON.stringify(spec)}\n`)
  const listed = [
    ...(stopWords
      ? [
          `${stopWords.length} stop words${lists.stopwords ? '' : ' (an empty stopwords.txt leaves none out)'}`,
        ]
      : []),
    ...(synonyms ? [`${synonyms.length} groups of synonyms`] : []),
  ]
  progress.say(
    `pairs: words are those of the analyzer "${name}" (${why})${listed.map((list) => `, with ${list}`).join('')}. words.analyzer in recipes/pairs.ts can say otherwise`,
  )
  return spec
}

function nameFor(documents: Records<Document>): { name: string; why: string } {
  const { code, shares, pieces } = detectLanguage(documents)
  const told = shares
    .slice(0, 3)
    .map(([code, share]) => `${LANGUAGES[code]!.name} ${Math.round(100 * share)} %`)
    .join(', ')
  const sample = `of ${pieces} samples of the documents`
  if (code !== undefined) return { name: code, why: `${told} ${sample}` }
  if (pieces === 0) return { name: 'any', why: 'the documents are too short to detect their language' }
  return { name: 'any', why: `no language has most of the documents: ${told} ${sample}` }
}

/** The words of a list, one on each line; `#` begins a comment. */
const readList = (table: InputTable): string[] => [...new Set(linesOf(table))]

/** Groups of words with the same meaning, `tv, television` on a line; Solr's arrows are not supported. */
function readSynonyms(table: InputTable): string[][] {
  return linesOf(table).map((line, number) => {
    const group = line.split(',').map((word) => word.trim())
    if (line.includes('=>') || group.length < 2 || group.includes(''))
      throw new InputError(
        `${table.path}: rule ${number + 1} is ${JSON.stringify(line.slice(0, 80))}. Wanted: words that mean the same, with commas between them, as in "tv, television". Write words on both sides of "=>" on one line.`,
      )
    return group
  })
}

function linesOf({ path, files }: InputTable): string[] {
  const bytes = Buffer.concat(files.map((file) => readFileSync(file)))
  if (bytes.length > LARGEST_LIST)
    throw new InputError(
      `${path} has ${bytes.length} bytes. Wanted: at most ${LARGEST_LIST}, because it travels with every model. Shorten it.`,
    )
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InputError(`${path} is not UTF-8. Wanted: plain text, not compressed. Export it again.`, {
      cause,
    })
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '')
}
