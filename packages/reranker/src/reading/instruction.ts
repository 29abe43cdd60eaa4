// Applies an instruction to a query: a model that was trained with instructions has a template for its query.
import { RerankerError } from '../reranker-error.ts'

/** How a model reads instructions; config.json of its bundle has it under disranker.instruction. */
export interface InstructionForm {
  /** the template of a query, with `{instruction}` and `{query}` */
  readonly template: string
  /** for requests without one; without a default their query is read unchanged */
  readonly default?: string | undefined
}

/** @throws {RerankerError} code bundle: the template lacks a placeholder */
export function checkForm({ template }: InstructionForm): void {
  for (const place of ['{instruction}', '{query}'])
    if (!template.includes(place))
      throw new RerankerError(
        'bundle',
        `The template of instructions has no ${place}. Wanted a text like "Instruct: {instruction}\nQuery: {query}".`,
      )
}

/**
 * The query as the model reads it.
 * @param form undefined: the model was not trained with instructions
 * @param given the instruction of the request
 * @throws {RerankerError} code input: there is an instruction, and the model does not support it
 */
export function instructed(
  query: string,
  form: InstructionForm | undefined,
  given: string | undefined,
): string {
  if (form === undefined) {
    if (given === undefined) return query
    throw new RerankerError(
      'input',
      'The model was trained without instructions (its bundle names no template for them). Leave the instruction out, or use a model that has one.',
    )
  }
  const instruction = given ?? form.default
  if (instruction === undefined) return query
  const parts: Readonly<Record<string, string>> = { '{instruction}': instruction, '{query}': query }
  return form.template.replace(/\{(instruction|query)\}/g, (place) => parts[place]!)
}
