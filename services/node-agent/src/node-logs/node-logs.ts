import { uptime } from 'node:os'
import { join } from 'node:path'
import type { NodeAgentConfig } from '../config.ts'
import type { NodeLogs } from './answer-query.ts'
import { systemJournal } from './journal.ts'

/** What this node has of its own logs. */
export const nodeLogs = ({ rootDirectory, serviceLog }: NodeAgentConfig): NodeLogs => ({
  ...(serviceLog === undefined ? {} : { serviceLog }),
  directory: join(rootDirectory, 'var/log'),
  journal: systemJournal(),
  startedAt: Date.now() - uptime() * 1000,
})
