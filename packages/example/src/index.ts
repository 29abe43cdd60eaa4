export { type ExampleOptions, type ExampleRecipe, example } from './example.ts'
export { type ClickSimulation, type Impression, type Shown, simulateClicks } from './simulate-clicks.ts'
