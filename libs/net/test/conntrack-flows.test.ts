import assert from 'node:assert/strict'
import { flowsIn } from '../src/conntrack/conntrack-flows.ts'

describe('flows as conntrack lists them', () => {
  it('are read with where they were led, and nothing else is', () => {
    const listing = [
      'udp      17 29 src=10.0.0.2 dst=10.96.0.10 sport=4000 dport=53 [UNREPLIED] src=10.244.0.5 dst=10.0.0.2 sport=1053 dport=4000 mark=0 use=1',
      'udp      17 119 src=10.0.0.3 dst=10.96.0.10 sport=4001 dport=53 src=10.244.0.6 dst=10.0.0.3 sport=1053 dport=4001 [ASSURED] mark=0 use=1',
      'tcp      6 431999 ESTABLISHED src=10.0.0.2 dst=10.96.0.1 sport=4002 dport=443 src=10.244.0.1 dst=10.0.0.2 sport=6443 dport=4002 [ASSURED]',
      'udp      17 29 src=fd00::2 dst=fd00::a sport=4000 dport=53 src=fd00::5 dst=fd00::2 sport=1053 dport=4000',
      'udp      17 29 src=10.0.0.2 dst=10.96.0.10 sport=4000',
      '',
    ].join('\n')
    assert.deepEqual(flowsIn(listing), [
      { to: '10.96.0.10', port: 53, answeredBy: '10.244.0.5' },
      { to: '10.96.0.10', port: 53, answeredBy: '10.244.0.6' },
    ])
  })
})
