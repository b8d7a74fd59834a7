import type { Clock } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import type { ConversionDeps } from '../read/prepare.ts'
import type { Security } from '../ports.ts'

/** What every write needs. */
export interface WriteDeps extends ConversionDeps {
  readonly commands: Commands
  readonly cut: LiveCut
  readonly clock: Clock
  readonly security: Pick<Security, 'deciding'>
}
