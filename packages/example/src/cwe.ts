// MITRE's Common Weakness Enumeration from the npm package cwe-sdk: weaknesses as documents, the wording of
// their observed examples (CVEs) as queries, sentences of their other fields as weak queries.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Document } from '@disranker/dataset'
import { words } from '@disranker/lexical'

type Node = string | number | boolean | null | undefined | readonly Node[] | { readonly [key: string]: Node }
type Weakness = Readonly<Record<string, Node>> & { readonly attr?: Readonly<Record<string, string>> }

export interface Cwe {
  readonly documents: readonly Document[]
  /** parents by document id */
  readonly parents: ReadonlyMap<string, readonly string[]>
  /** CVE descriptions, with the weaknesses that each CVE's analysts mapped it to */
  readonly examples: readonly Example[]
  /** sentences with the one or two documents they come from */
  readonly sentences: readonly Example[]
}

export interface Example {
  readonly id: string
  readonly text: string
  /** ids of its documents */
  readonly documents: readonly string[]
}

/** Reads the dictionary from the installed package. */
export function readCwe(): Cwe {
  const home = dirname(createRequire(import.meta.url).resolve('cwe-sdk/package.json'))
  const dictionary = JSON.parse(readFileSync(join(home, 'raw', 'cwe-dictionary.json'), 'utf8')) as Record<
    string,
    Weakness
  >
  const live = Object.entries(dictionary).filter(([, { attr }]) => attr?.['@_Status'] !== 'Deprecated')
  const ids = new Set(live.map(([id]) => `CWE-${id}`))
  const parents = new Map(
    live.map(([id, weakness]) => [
      `CWE-${id}`,
      [...new Set(relations(weakness).filter((parent) => ids.has(parent)))],
    ]),
  )
  return {
    documents: live.map(([id, weakness]) => ({
      id: `CWE-${id}`,
      title: clean(weakness.attr?.['@_Name']),
      // only the description: all other fields are sources of queries
      summary: clean(weakness.Description),
      url: `https://cwe.mitre.org/data/definitions/${id}.html`,
    })),
    parents,
    examples: gatherExamples(live),
    sentences: gatherSentences(live),
  }
}

function relations({ Related_Weaknesses: related }: Weakness): string[] {
  return list(field(related, 'Related_Weakness'))
    .map((relation) => field(relation, 'attr'))
    .filter((attr) => field(attr, '@_Nature') === 'ChildOf')
    .map((attr) => `CWE-${text(field(attr, '@_CWE_ID'))}`)
}

/** The rows of one CVE are one query: its first wording, with all the weaknesses it is mapped to. */
function gatherExamples(live: readonly (readonly [string, Weakness])[]): Example[] {
  const examples = new Map<string, { text: string; documents: Set<string> }>()
  for (const [id, weakness] of live) {
    for (const example of list(field(weakness.Observed_Examples, 'Observed_Example'))) {
      const reference = text(field(example, 'Reference'))
      if (!/^CVE-\d{4}-\d+$/.test(reference)) continue
      const wording = withoutAnswer(text(field(example, 'Description')))
      if (wording === '') continue
      const known = examples.get(reference) ?? { text: wording, documents: new Set() }
      known.documents.add(`CWE-${id}`)
      examples.set(reference, known)
    }
  }
  return [...examples].map(([id, { text, documents }]) => ({ id, text, documents: [...documents] }))
}

/** Phrases that a query must not contain: the numbers of weaknesses, and a mention of several of them. */
export const withoutAnswer = (wording: string): string =>
  clean(
    clean(wording)
      .replace(/\(?\bCWE-\d+\)?/g, '')
      .replace(/^(chain|composite)(\s*\/\s*(chain|composite))?\s*:\s*/i, ''),
  ).replace(/\s+([,.;)])/g, '$1')

const WEAK_FIELDS: readonly (readonly [field: string, item: string, parts: readonly string[]])[] = [
  ['Background_Details', 'Background_Detail', []],
  ['Common_Consequences', 'Consequence', ['Note']],
  ['Potential_Mitigations', 'Mitigation', ['Description']],
  ['Modes_Of_Introduction', 'Introduction', ['Note']],
  ['Demonstrative_Examples', 'Demonstrative_Example', ['Intro_Text', 'Body_Text']],
]

/**
 * Sentences of 5 to 60 words that appear in one or two weaknesses and mention no CVE. Never observed
 * examples.
 */
function gatherSentences(live: readonly (readonly [string, Weakness])[]): Example[] {
  const found = new Map<string, Set<string>>()
  for (const [id, weakness] of live) {
    const nodes = [
      weakness.Extended_Description,
      ...list(field(weakness.Alternate_Terms, 'Alternate_Term')).map(
        (term) => `${text(field(term, 'Term'))} ${text(field(term, 'Description'))}`,
      ),
      ...WEAK_FIELDS.flatMap(([name, item, parts]) =>
        list(field(weakness[name], item)).flatMap((node) =>
          parts.length === 0 ? [node] : parts.map((part) => field(node, part)),
        ),
      ),
    ]
    for (const sentence of nodes.flatMap((node) => sentences(text(node)))) {
      if (/CVE-\d/.test(sentence)) continue
      const bare = clean(sentence.replace(/\(?\bCWE-\d+\)?/g, '').replace(/\[REF-\d+\]/g, ''))
      const length = words(bare).length
      if (length >= 5 && length <= 60) found.set(bare, (found.get(bare) ?? new Set()).add(`CWE-${id}`))
    }
  }
  return [...found]
    .filter(([, documents]) => documents.size <= 2)
    .map(([sentence, documents], index) => ({
      id: `weak-${index}`,
      text: sentence,
      documents: [...documents],
    }))
}

const sentences = (paragraph: string) => clean(paragraph).split(/(?<=[.!?;:])\s+(?=[A-Z"])/)
const clean = (node: Node) => text(node).replace(/\s+/g, ' ').trim()
const list = (node: Node): readonly Node[] =>
  node === undefined || node === null ? [] : Array.isArray(node) ? node : [node]
const field = (node: Node, key: string): Node =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
    ? (node as Record<string, Node>)[key]
    : undefined

/** All text below a node, without attributes. */
function text(node: Node): string {
  if (node === undefined || node === null) return ''
  if (typeof node !== 'object') return String(node)
  if (Array.isArray(node)) return node.map(text).join(' ')
  return Object.entries(node)
    .filter(([key]) => key !== 'attr')
    .map(([, value]) => text(value))
    .join(' ')
}
