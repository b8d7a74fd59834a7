import { imagesContract } from './contract/images.ts'
import { lifeContract } from './contract/life.ts'
import { limitsContract } from './contract/limits.ts'
import { logsContract } from './contract/logs.ts'
import { processContract } from './contract/processes.ts'
import { stage } from './contract/stage.ts'
import type { Capabilities, RuntimeHarness } from './contract/stage.ts'
import { streamsContract } from './contract/streams.ts'

export { containerConfig, sandboxConfig } from './contract/configs.ts'
export type { Capabilities, RuntimeHarness } from './contract/stage.ts'

/**
 * What every runtime promises, as mocha tests. What an adapter declares not to be able to do must be refused with
 * `Unsupported`: the suite checks that too, so nothing is skipped.
 */
export const runtimeContract = (
  name: string,
  capabilities: Capabilities,
  start: () => Promise<RuntimeHarness>,
): void => {
  describe(`the runtime contract, held by ${name}`, function () {
    this.timeout(30_000)
    const on = stage(capabilities, start)
    lifeContract(on)
    imagesContract(on)
    processContract(on)
    logsContract(on)
    streamsContract(on)
    limitsContract(on)
  })
}
