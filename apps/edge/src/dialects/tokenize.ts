// The body of text-embeddings-inference's /tokenize.
import { z } from 'zod'
import { fieldTable, refused } from './parts/field-table.ts'

/** characters of a request of /tokenize, all inputs together: it must not bypass the limits of ranking */
export const MOST_CHARACTERS = 65_536

export const tokenizeFields = fieldTable(
  'inputs',
  {
    inputs: z
      .union([z.string(), z.array(z.string()).min(1, 'is empty; send at least one text')], {
        error: 'wanted a text or an array of texts',
      })
      .describe(`at most ${MOST_CHARACTERS} characters together`),
    add_special_tokens: z.boolean().nullish().describe('true by default'),
  },
  { prompt_name: refused('the models here have no prompts') },
)
