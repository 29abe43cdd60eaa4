// A chat model as a teacher: the prompt asks whether a document answers a query, and the score is the
// difference of the log-probabilities of "yes" and "no" as the first token: logp(yes) - logp(no), the
// log-odds if it answers with one of the two (Nogueira et al. 2020 rank by such a token; Zhuang et al. 2023,
// "Open-source LLMs are strong zero-shot query likelihood models", and RankLLaMA's authors compare prompts).
import { z } from 'zod'
import { BadAnswer } from './bad-answer.ts'
import type { ApiOptions, ServedRequest } from './request.ts'

/** the maximum of OpenAI's API */
const TOP = 20

export function chatBody(
  { query, documents: [document = ''] }: ServedRequest,
  { model, prompt }: ApiOptions,
): Record<string, unknown> {
  const { system, user } = prompt!
  const fill = (text: string) =>
    text.replace(/\{(query|document)\}/g, (_, name) => (name === 'query' ? query : document))
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: fill(user) },
    ],
    // newer models of OpenAI refuse `max_tokens`; vLLM and others support this name, too
    max_completion_tokens: 1,
    temperature: 0,
    logprobs: true,
    top_logprobs: TOP,
  }
}

const answerSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        logprobs: z.looseObject({
          content: z
            .array(
              z.looseObject({
                top_logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })).min(1),
              }),
            )
            .min(1),
        }),
      }),
    )
    .min(1),
})

/**
 * logp(yes) - logp(no), each summed over its spellings. If a side is not among the listed tokens, its
 * probability is at most that of the least likely listed token, which is used instead.
 * @throws {BadAnswer} when the answer has no log-probabilities, or neither side is among them
 */
export function chatScore(answer: unknown, { prompt }: ApiOptions): number {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success)
    throw new BadAnswer(
      `its answer has no choices[0].logprobs.content[0].top_logprobs: ${String(JSON.stringify(answer)).slice(0, 200)}. Wanted: a model and server that give log-probabilities`,
    )
  const listed = parsed.data.choices[0]!.logprobs.content[0]!.top_logprobs
  const of = (words: readonly string[]) => {
    const wanted = words.map((word) => word.toLowerCase())
    const found = listed.filter(({ token }) => wanted.includes(token.trim().toLowerCase()))
    return found.length === 0 ? undefined : logSum(found.map(({ logprob }) => logprob))
  }
  const [yes, no] = [of(prompt!.yes), of(prompt!.no)]
  if (yes === undefined && no === undefined)
    throw new BadAnswer(
      `its first token is neither of ${[...prompt!.yes, ...prompt!.no].join(', ')}: it thinks of ${listed
        .slice(0, 5)
        .map(({ token }) => JSON.stringify(token))
        .join(', ')}. Ask for the word alone in the recipe's prompt`,
    )
  const least = Math.min(...listed.map(({ logprob }) => logprob))
  return (yes ?? least) - (no ?? least)
}

function logSum(values: readonly number[]): number {
  const most = Math.max(...values)
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0))
}
