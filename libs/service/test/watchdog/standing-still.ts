import { metrics, nowDoing, watchdog } from '@periplus/service'

// Stands still for as many milliseconds as it is told, once its watchdog is awake.
const [milliseconds, endAfter] = process.argv.slice(2).map(Number)
const counted = metrics()
watchdog({
  component: 'test',
  metrics: counted,
  tellAfterMilliseconds: 300,
  endAfterMilliseconds: endAfter ?? 30_000,
})
setTimeout(() => {
  nowDoing('create pods by "alice"')
  for (const end = Date.now() + (milliseconds ?? 0); Date.now() < end;);
  setTimeout(() => {
    process.stdout.write(counted.text())
    process.exit(0)
  }, 500)
}, 3000)
