// The address of the hub and the settings for it, from the variables that Hugging Face's own tools read.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'

export interface HubSettings {
  /** HF_ENDPOINT; https://huggingface.co by default. No slash at its end */
  readonly endpoint: string
  /** HF_TOKEN, for repositories that need one */
  readonly token?: string | undefined
  /** HF_HUB_OFFLINE: only the cache is used */
  readonly offline: boolean
  /** HF_HUB_CACHE, or hub/ in HF_HOME; ~/.cache/huggingface/hub by default. Shared with the tools in Python */
  readonly cache: string
  /** DISRANKER_MODELS: a folder with one folder a model, named as on the hub, which is searched first */
  readonly models?: string | undefined
  /** HF_HUB_DOWNLOAD_TIMEOUT: seconds of silence until a connection is aborted; 30 by default */
  readonly silence: number
}

/** @throws {InputError} when a variable has an invalid value */
export function hubSettings(environment: Readonly<Record<string, string | undefined>>): HubSettings {
  const { HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE = '', HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment
  const home = HF_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface')
  const silence = Number(environment.HF_HUB_DOWNLOAD_TIMEOUT ?? 30)
  if (HF_TOKEN && !HF_TOKEN.startsWith('hf_'))
    throw new InputError('HF_TOKEN does not begin with "hf_". Copy the whole token, or unset the variable.')
  if (!(silence > 0))
    throw new InputError(
      `HF_HUB_DOWNLOAD_TIMEOUT is ${environment.HF_HUB_DOWNLOAD_TIMEOUT}; wanted seconds above 0. Fix or unset it.`,
    )
  return {
    endpoint: (HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, ''),
    token: HF_TOKEN || undefined,
    offline: /^(1|on|yes|true)$/i.test(HF_HUB_OFFLINE),
    cache: HF_HUB_CACHE ?? join(home, 'hub'),
    models: environment.DISRANKER_MODELS || undefined,
    silence,
  }
}
