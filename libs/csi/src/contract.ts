export { exampleDriver, failing } from './contract/example-driver.ts'
export type { AskedCall, ExampleDriver, ExampleDriverOptions } from './contract/example-driver.ts'
