// The pair template of a published model: `<start> query <between> document <end>`, with the document as one
// text. It comes from the post-processor of its tokenizer.json.

/** The tokens at the start of a pair, between query and document, and at the end. */
export interface PairTemplate {
  readonly start: readonly string[]
  readonly between: readonly string[]
  readonly end: readonly string[]
  /** type id of the tokens after `between`; 0 before */
  readonly secondType: 0 | 1
}

interface Step {
  readonly SpecialToken?: { readonly id: string }
  readonly Sequence?: { readonly id: 'A' | 'B'; readonly type_id: number }
}

interface PostProcessor {
  readonly type: string
  readonly processors?: readonly PostProcessor[]
  readonly pair?: readonly Step[]
  readonly special_tokens?: Readonly<Record<string, { readonly tokens: readonly string[] }>>
  readonly sep?: readonly [string, number]
  readonly cls?: readonly [string, number]
}

/**
 * The template of a tokenizer.json.
 * @param json its text
 * @returns undefined when its post-processor has no template for pairs
 */
export function pairTemplateOf(json: string): PairTemplate | undefined {
  return fromPostProcessor((JSON.parse(json) as { post_processor?: PostProcessor | null }).post_processor)
}

function fromPostProcessor(step: PostProcessor | null | undefined): PairTemplate | undefined {
  switch (step?.type) {
    case 'Sequence':
      return step.processors?.map(fromPostProcessor).find((template) => template !== undefined)
    case 'TemplateProcessing':
      return fromSteps(step)
    case 'BertProcessing':
      return { start: [step.cls![0]], between: [step.sep![0]], end: [step.sep![0]], secondType: 1 }
    case 'RobertaProcessing':
      return {
        start: [step.cls![0]],
        between: [step.sep![0], step.sep![0]],
        end: [step.sep![0]],
        secondType: 0,
      }
    default:
      return undefined
  }
}

function fromSteps({ pair = [], special_tokens = {} }: PostProcessor): PairTemplate | undefined {
  const [a, b] = (['A', 'B'] as const).map((id) => pair.findIndex(({ Sequence }) => Sequence?.id === id))
  if (a === undefined || b === undefined || a < 0 || b < a) return undefined
  const tokens = (steps: readonly Step[]) =>
    steps.flatMap(({ SpecialToken }) => (SpecialToken ? (special_tokens[SpecialToken.id]?.tokens ?? []) : []))
  return {
    start: tokens(pair.slice(0, a)),
    between: tokens(pair.slice(a + 1, b)),
    end: tokens(pair.slice(b + 1)),
    secondType: pair[b]!.Sequence!.type_id === 0 ? 0 : 1,
  }
}

/**
 * The post-processor of a tokenizer.json for our own template, so that other programs put the same tokens
 * around a text.
 */
export function postProcessorOf(
  { start, between, end, secondType }: PairTemplate,
  idOf: (token: string) => number,
): object {
  const special = (tokens: readonly string[], type_id: number) =>
    tokens.map((id) => ({ SpecialToken: { id, type_id } }))
  const sequence = (id: 'A' | 'B', type_id: number) => ({ Sequence: { id, type_id } })
  const all = [...new Set([...start, ...between, ...end])]
  return {
    type: 'TemplateProcessing',
    single: [...special(start, 0), sequence('A', 0), ...special(end, 0)],
    pair: [
      ...special(start, 0),
      sequence('A', 0),
      ...special(between, 0),
      sequence('B', secondType),
      ...special(end, secondType),
    ],
    special_tokens: Object.fromEntries(all.map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
  }
}
