export { type FetchModelOptions, fetchModel, type ModelSource } from './fetch-model.ts'
export { type HubSettings, hubSettings } from './hub-settings.ts'
export { type PushModelOptions, pushModel } from './push-model.ts'
