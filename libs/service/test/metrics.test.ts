import assert from 'node:assert/strict'
import { metrics } from '../src/index.ts'

describe('metrics', () => {
  it('are written as Prometheus reads them', () => {
    const all = metrics()
    const requests = all.counter('requests_total', 'Requests.')
    requests.add(1, { code: '200', path: 'a"b\n' })
    requests.add(2, { code: '200', path: 'a"b\n' })
    all.gauge('depth', 'Depth.', () => 7)
    const latency = all.histogram('latency_seconds', 'Latency.', [0.1, 1])
    latency.observe(0.05)
    latency.observe(0.5)
    latency.observe(5)
    assert.equal(
      all.text(),
      `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{code="200",path="a\\"b\\n"} 3
# HELP depth Depth.
# TYPE depth gauge
depth 7
# HELP latency_seconds Latency.
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 1
latency_seconds_bucket{le="1"} 2
latency_seconds_bucket{le="+Inf"} 3
latency_seconds_sum 5.55
latency_seconds_count 3
`,
    )
  })

  it('count by so many sets of labels, and all others together', () => {
    const all = metrics()
    const [requests, seconds] = [all.counter('requests', 'R.'), all.histogram('seconds', 'S.', [1])]
    for (let at = 0; at < 10_100; at++) {
      requests.add(1, { resource: `r${at}` })
      seconds.observe(0.5, { resource: `r${at}` })
    }
    requests.add(1, { resource: 'r0' })
    const lines = all.text().split('\n')
    assert.equal(lines.filter(line => line.startsWith('requests{')).length, 10_001)
    assert.ok(lines.includes('requests{resource="r0"} 2'))
    assert.ok(lines.includes('requests{overflow="true"} 100'))
    assert.ok(lines.includes('seconds_count{overflow="true"} 100'))
  })

  it('refuse a name declared twice', () => {
    const all = metrics()
    all.counter('a', 'A.')
    assert.throws(() => all.gauge('a', 'A.', () => 0))
  })

  it('are told piece by piece as they are at once', () => {
    const collected = metrics()
    const histogram = collected.histogram('seconds', 'How long.', [1, 2])
    for (let i = 0; i < 300; i++) histogram.observe(i % 3, { path: String(i) })
    collected.counter('total', 'How many.').add(2, { path: 'a' })
    const pieces = [...collected.pieces()]
    assert.ok(pieces.length > 300)
    assert.ok(pieces.every(piece => piece.endsWith('\n') && piece.length < 500))
    assert.equal(pieces.join(''), collected.text())
  })
})
