// Finds the published weights of a run: the requested ones, and the encoder for your own documents.
import { findCheckpoint, type PretrainedRole, pretrainedModels } from '@disranker/checkpoint'
import { readPairs } from '@disranker/dataset'
import { FROM_SCRATCH, findEncoder, NO_ENCODER, type WantedEncoder } from '@disranker/sentence-encoder'
import { InputError, inCheckout } from '@disranker/stage'

type Say = (line: string) => void

/** @throws {InputError} naming all models that cannot be found */
export async function bringWeights(roles: readonly PretrainedRole[], say: Say): Promise<void> {
  const missing: string[] = []
  for (const role of roles) {
    const model = pretrainedModels[role]
    try {
      const found = await findCheckpoint(model, undefined)
      say(`the ${role} starts from ${model.from}: ${found.folder}`)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      missing.push(`- ${model.from}, for the ${role}: ${error.message}`)
    }
  }
  if (missing.length > 0) throw new InputError(wanted(missing))
}

/**
 * The identity of the encoder for the documents of the pairs stage, as passed to the stages.
 * @param recipe of the features stage
 * @throws {InputError} when it was requested and cannot be found
 */
export async function findReader(recipe: WantedEncoder, wants: boolean, say: Say): Promise<string> {
  const pairs = readPairs(inCheckout({ home: 'dataset', name: 'pairs' }))
  const found = await findEncoder(recipe, pairs.documents)
  pairs.close()
  if ('source' in found) {
    const other =
      recipe.from === 'auto' ? '; another one is named in packages/sentence-encoder/recipes/features.ts' : ''
    say(`${found.from} reads the documents, since ${found.why}${other}`)
    return found.source.identity
  }
  if (wants) throw new InputError(wanted([`- ${found.missing}`]))
  say(recipe.from === false ? `${found.missing}. ${FROM_SCRATCH}` : found.missing)
  return NO_ENCODER
}

const wanted = (missing: readonly string[]) =>
  `Not available:\n${missing.join('\n')}\nWanted: a connection to the hub (HF_ENDPOINT names a mirror; 91 MB, 471 MB for languages other than English, with --decoder 270 MB more), or a folder with one folder a model, each with config.json, tokenizer.json and model.safetensors: npm run start:pretrained -- <folder>. \`npm start\` needs neither.`
