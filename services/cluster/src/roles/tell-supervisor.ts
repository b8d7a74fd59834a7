import { rmSync, writeFileSync } from 'node:fs'
import { messageOf, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Logger } from '@periplus/service'
import { wantedFile } from '../home/home.ts'
import type { Home, WantedProcess } from '../home/home.ts'

const tryAgainIn = 10_000

/** Tells the supervisor by a file whether a process is wanted that not every cluster has; what a full disk has no room for, again. */
export const tellSupervisor = (home: Home, name: WantedProcess, log: Logger, clock: Clock = systemClock) => {
  const file = wantedFile(home, name)
  let forget = (): void => undefined
  const tell = (wanted: boolean): void => {
    forget()
    try {
      if (wanted) writeFileSync(file, '', { mode: 0o600 })
      else rmSync(file, { force: true })
    } catch (error) {
      log.error('the supervisor cannot be told what is wanted', { process: name, reason: messageOf(error) })
      forget = clock.after(tryAgainIn, () => tell(wanted))
    }
  }
  return { tell, stop: () => forget() }
}
