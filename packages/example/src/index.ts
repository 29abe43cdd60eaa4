export { type ExampleOptions, type ExampleRecipe, example } from './example.ts'
export type { ClickSimulation, Impression, Shown } from './simulate-clicks.ts'
