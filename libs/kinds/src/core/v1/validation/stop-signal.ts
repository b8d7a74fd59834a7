import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { oneOf } from '../../../validation/values.ts'

const named =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
const above = Array.from({ length: 15 }, (_, i) => `RTMIN+${i + 1}`)
const below = Array.from({ length: 14 }, (_, i) => `RTMAX-${i + 1}`)

const ofLinux = [...named.split(' '), 'RTMIN', ...above, 'RTMAX', ...below].map(name => `SIG${name}`).sort()
const ofWindows = ['SIGKILL', 'SIGTERM']

/** A signal that stops a container, which only means something where the pod says its operating system. */
export const stopSignalErrors = (
  path: FieldPath,
  signal: string | undefined,
  os: string | undefined,
): readonly FieldError[] => {
  if (signal === undefined) return []
  if (os === undefined) return [fieldError.forbidden(path, 'may not be set for containers with empty `spec.os.name`')]
  if (os === 'windows') return oneOf(path, signal, ofWindows)
  return os === 'linux' ? oneOf(path, signal, ofLinux) : []
}
