import { faultsOf, suffer } from './nemesis.ts'
import { openSegment } from './machines.ts'
import type { Machine } from './machines.ts'
import { startObserver } from './observer.ts'

/** `make nemesis HOURS= SEED=`: faults for so long, in rounds of minutes; after each, what was done is compared with the log. */
const hours = Number(process.env['HOURS'] ?? '0.2')
const seed = Number(process.env['SEED'] ?? String(Date.now() % 1_000_000))
const roundMinutes = 5

const say = (line: string): void => console.log(`${new Date().toISOString()} ${line}`)

const typed = async (machine: Machine, line: string): Promise<string> => {
  const { code, stdout, stderr } = await machine.shell(line)
  if (code !== 0) throw new Error(`${machine.name}: ${stderr || stdout}`)
  return stdout
}

if (!(hours > 0) || !Number.isSafeInteger(seed)) throw new Error('HOURS= is a number of hours, SEED= a whole number')
say(`seed ${seed}, for ${hours} h`)
const segment = await openSegment()
try {
  const [one, two] = [await segment.controlPlane('one'), await segment.controlPlane('two')]
  await typed(one, 'bin/periplus up')
  await typed(two, await typed(one, 'bin/periplus token create --role control-plane'))
  await typed(one, 'kubectl create deployment web --image=nginx --replicas=10')
  const end = performance.now() + hours * 3_600_000
  for (let round = 1; performance.now() < end; round++) {
    const observers = [await startObserver(one, `-${round}`), await startObserver(two, `-${round}`)]
    try {
      await Promise.all(observers.map(observer => observer.goesOn('at first')))
      const until = Math.min(end, performance.now() + roundMinutes * 60_000)
      await suffer(faultsOf(seed + round, { first: 'one', second: 'two' }, { until }), [one, two], observers, say)
      await Promise.all(observers.map(observer => observer.stopLoad()))
      await typed(one, 'kubectl wait --for=condition=Ready node/one node/two --timeout=120s')
      await typed(one, 'kubectl rollout status deployment/web --timeout=120s')
      for (const observer of observers) await observer.audit()
      say(`round ${round}: nothing lost, one history, whole again`)
    } finally {
      for (const observer of observers) await observer.end()
    }
  }
} finally {
  await segment.close()
}
