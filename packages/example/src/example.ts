// Makes the embedded example in the form of a user's files: CWE's weaknesses, the wording of their observed
// examples, judgements from the analysts' mapping, and a simulated click log.
// Run: npx turbo run example
import { join } from 'node:path'
import { type Query, seededSampler, toLines, writeQrels } from '@disranker/dataset'
import { createBm25, hashText } from '@disranker/lexical'
import { type Manifest, runStage, type StageOptions, writeWholeFile } from '@disranker/stage'
import { type Cwe, type Example, readCwe } from './cwe.ts'
import { type ClickSimulation, simulateClicks } from './simulate-clicks.ts'

export interface ExampleRecipe {
  /** CVEs of this year and later are the test split */
  readonly testFrom: number
  /** CVEs from this year on are validation with the first probability, earlier ones with the second */
  readonly validation: { readonly from: number; readonly recent: number; readonly earlier: number }
  readonly clicks: ClickSimulation
}

export type ExampleOptions = StageOptions<ExampleRecipe>

const ATTRIBUTION = `Documents, queries and judgements here are derived from the Common Weakness Enumeration (CWE(TM)),
Copyright (c) 2006-2024 The MITRE Corporation, as the npm package cwe-sdk carries it (CWE 4.15). CWE is a trademark of
The MITRE Corporation. Terms of use: https://cwe.mitre.org/about/termsofuse.html

  The MITRE Corporation (MITRE) hereby grants you a non-exclusive, royalty-free license to use Common Weakness
  Enumeration (CWE(TM)) for research, development, and commercial purposes. Any copy you make for such purposes is
  authorized provided that you reproduce MITRE's copyright designation and this license in any such copy.

CWE is provided "as is", without warranty. Changed here: fields chosen, ids and labels cut out of the texts of the
queries, texts cut to sentences, grades derived from the analysts' mappings and the hierarchy of weaknesses.
clicks.simulated.jsonl was drawn at random from a click model: no person made these clicks.
`

/** Writes documents.jsonl, queries.jsonl, qrels.txt, clicks.simulated.jsonl and ATTRIBUTION.txt. */
export function example(options: ExampleOptions): Promise<Manifest> {
  const { recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'example',
    inputs: {},
    async run({ folder }) {
      const cwe = readCwe()
      const gradesOf = createGrades(cwe)
      const queries = [
        ...cwe.examples.map(
          (query): Query => ({ id: query.id, text: query.text, split: splitOf(query, recipe) }),
        ),
        ...cwe.sentences.map(({ id, text }): Query => ({ id, text, split: 'weak' })),
      ]
      const judgements = new Map(
        [...cwe.examples, ...cwe.sentences].map(({ id, documents }) => [id, gradesOf(documents)]),
      )
      const bm25 = createBm25(cwe.documents.map(({ title, summary }) => `${title}. ${summary}`))
      const shown = queries
        .filter(({ split }) => split === 'train')
        .map(({ id, text }) => ({
          query: text,
          page: bm25.search(text, recipe.clicks.page).map(({ index }) => cwe.documents[index]!.id),
          grade: (document: string) => judgements.get(id)!.get(document) ?? 0,
        }))
      const clicks = simulateClicks(shown, recipe.clicks, seededSampler(recipe.clicks.seed, 'clicks'))
      const write = (name: string, content: string) => writeWholeFile(join(folder, name), content)
      write('documents.jsonl', toLines(cwe.documents))
      write('queries.jsonl', toLines(queries))
      writeQrels(join(folder, 'qrels.txt'), judgements)
      write('clicks.simulated.jsonl', toLines(clicks))
      write('ATTRIBUTION.txt', ATTRIBUTION)
      const count = (split: string) => queries.filter((query) => query.split === split).length
      return {
        documents: cwe.documents.length,
        queries: {
          train: count('train'),
          validation: count('validation'),
          test: count('test'),
          weak: count('weak'),
        },
        simulatedImpressions: clicks.length,
      }
    },
  })
}

/** By the year of the CVE; validation by the hash of its id, so that a CVE never changes its split. */
function splitOf({ id }: Example, { testFrom, validation }: ExampleRecipe): Query['split'] {
  const year = Number(id.slice(4, 8))
  if (year >= testFrom) return 'test'
  const share = year >= validation.from ? validation.recent : validation.earlier
  return hashText(id) / 2 ** 32 < share ? 'validation' : 'train'
}

/** 3 for the analysts' mapping, 2 for its parents and children, 1 for its siblings. */
function createGrades({ parents }: Cwe): (mapped: readonly string[]) => Map<string, number> {
  const children = new Map<string, string[]>()
  for (const [child, list] of parents)
    for (const parent of list) children.set(parent, [...(children.get(parent) ?? []), child])
  return (mapped) => {
    const grades = new Map<string, number>()
    const raise = (document: string, grade: number) =>
      grades.set(document, Math.max(grade, grades.get(document) ?? 0))
    for (const id of mapped) {
      raise(id, 3)
      for (const child of children.get(id) ?? []) raise(child, 2)
      for (const parent of parents.get(id) ?? []) {
        raise(parent, 2)
        for (const sibling of children.get(parent) ?? []) raise(sibling, 1)
      }
    }
    return grades
  }
}
