import { readFileSync } from 'node:fs'
import type { Home, Say } from '@periplus/cluster'
import { leftBehind, runningSupervisor } from '@periplus/cluster/supervisor'
import { columns } from '../views/columns.ts'

/** Resident memory in MiB; `undefined` where the process is gone. */
const residentMiB = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}

/** Which processes run, and what memory they hold. */
export const status = async (home: Home, say: Say): Promise<void> => {
  const running = runningSupervisor(home)
  const processes = running ? { supervisor: running.supervisor.pid, ...running.children } : leftBehind(home)
  if (Object.keys(processes).length === 0) return say('the cluster is not running')
  if (!running) say("no supervisor is running; 'periplus up' starts one, 'periplus down' ends what is left:")
  const rows = Object.entries(processes).map(([name, pid]) => {
    const memory = residentMiB(pid)
    return [name, String(pid), memory === undefined ? 'not running' : `${memory.toFixed(0)} MiB`]
  })
  say(columns([['PROCESS', 'PID', 'MEMORY'], ...rows]))
}
