import { rmSync, writeFileSync } from 'node:fs'
import { messageOf } from '@periplus/prelude'
import type { Logger } from '@periplus/service'
import { wantedFile } from '../home/home.ts'
import type { Home, WantedProcess } from '../home/home.ts'

/** Tells the supervisor by a file whether a process is wanted that not every cluster has. */
export const tellSupervisor =
  (home: Home, name: WantedProcess, log: Logger): ((wanted: boolean) => void) =>
  wanted => {
    const file = wantedFile(home, name)
    try {
      if (wanted) writeFileSync(file, '', { mode: 0o600 })
      else rmSync(file, { force: true })
    } catch (error) {
      log.error('the supervisor cannot be told what is wanted', { process: name, reason: messageOf(error) })
    }
  }
