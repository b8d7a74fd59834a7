/**
 * The program of the pod's sandbox: it holds the namespaces, reaps orphans where a pod shares its process ids, and exits 0 on
 * SIGINT or SIGTERM. Written as bytes because a fresh machine has no compiler, and because it needs nothing but six system
 * calls. The signals are blocked and then waited for, so no handlers are installed; pid 1 gets blocked signals too.
 */
export const pauseBinary = (architecture: string): Buffer | undefined => {
  const machine = machines[architecture]
  if (!machine) return undefined
  const header = Buffer.alloc(headerSize + programHeaderSize)
  header.write('\x7fELF\x02\x01\x01', 0, 'latin1')
  header.writeUInt16LE(2, 16) // executable
  header.writeUInt16LE(machine.elf, 18)
  header.writeUInt32LE(1, 20)
  header.writeBigUInt64LE(BigInt(base + header.length), 24) // entry: right behind the headers
  header.writeBigUInt64LE(BigInt(headerSize), 32)
  header.writeUInt16LE(headerSize, 52)
  header.writeUInt16LE(programHeaderSize, 54)
  header.writeUInt16LE(1, 56)
  const size = BigInt(header.length + machine.code.length)
  header.writeUInt32LE(1, headerSize) // load the whole file
  header.writeUInt32LE(5, headerSize + 4) // readable, executable
  header.writeBigUInt64LE(BigInt(base), headerSize + 16)
  header.writeBigUInt64LE(BigInt(base), headerSize + 24)
  header.writeBigUInt64LE(size, headerSize + 32)
  header.writeBigUInt64LE(size, headerSize + 40)
  header.writeBigUInt64LE(0x1000n, headerSize + 48)
  return Buffer.concat([header, machine.code])
}

const base = 0x400000
const headerSize = 64
const programHeaderSize = 56

/** Bits of SIGINT (2), SIGTERM (15) and SIGCHLD (17), as the kernel counts them: from bit 0 for signal 1. */
const awaited = '0240010000000000'

const amd64 = [
  'b80e000000 31ff 488d355a000000 31d2 41ba08000000 0f05', // rt_sigprocmask(SIG_BLOCK, awaited, 0, 8)
  'b880000000 488d3d44000000 31f6 31d2 41ba08000000 0f05', // wait: rt_sigtimedwait(awaited, 0, 0, 8)
  '83f811 740c', // SIGCHLD: reap
  '83f80f 7425 83f802 7420', // SIGTERM, SIGINT: leave
  'ebd7', // an interruption: wait
  'b83d000000 48c7c7ffffffff 31f6 ba01000000 4531d2 0f05', // reap: wait4(-1, 0, WNOHANG, 0)
  '85c0 7fe4 ebb9', // as long as there was one; then wait
  'b83c000000 31ff 0f05', // leave: exit(0)
]

const machines: Readonly<Record<string, { readonly elf: number; readonly code: Buffer }>> = {
  x64: { elf: 62, code: Buffer.from([...amd64, awaited].join('').replaceAll(' ', ''), 'hex') },
}
