import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { goVersion } from './build.ts'
import { judge, listText, merged, readList, specsOf, table } from './results.ts'
import type { Spec } from './results.ts'

const it1 = (text: string, State: string, fields: object = {}) => ({
  LeafNodeType: 'It',
  LeafNodeText: text,
  ContainerHierarchyTexts: ['[sig-node] Pods'],
  ContainerHierarchyLabels: [['sig-node']],
  LeafNodeLabels: ['Conformance'],
  State,
  RunTime: 2_500_000_000,
  ...fields,
})

const reportOf = (...SpecReports: unknown[]): string => JSON.stringify([{ SpecReports }])

const spec = (name: string, outcome: Spec['outcome'], sig = 'node'): Spec => ({
  name,
  sig,
  outcome,
  seconds: 1,
  message: '',
})

describe('results of the conformance suite', () => {
  it('reads names, SIGs, outcomes and seconds out of a report', () => {
    const json = reportOf(
      it1('should run [Conformance]', 'passed'),
      it1('should fail', 'failed', { Failure: { Message: 'timed out' } }),
      it1('should be left out', 'skipped'),
      it1('panics', 'panicked'),
      it1('runs out of time', 'timedout'),
      it1('is cut off', 'interrupted'),
      { ...it1('', 'passed'), LeafNodeType: 'SynchronizedBeforeSuite', ContainerHierarchyTexts: null },
    )
    assert.deepEqual(specsOf(json), [
      { ...spec('[sig-node] Pods should run [Conformance]', 'passed'), seconds: 2.5 },
      { ...spec('[sig-node] Pods should fail', 'failed'), seconds: 2.5, message: 'timed out' },
      { ...spec('[sig-node] Pods should be left out', 'not run'), seconds: 2.5 },
      { ...spec('[sig-node] Pods panics', 'failed'), seconds: 2.5 },
      { ...spec('[sig-node] Pods runs out of time', 'failed'), seconds: 2.5 },
      { ...spec('[sig-node] Pods is cut off', 'not run'), seconds: 2.5 },
    ])
  })

  it('counts those of a label alone, wherever it stands', () => {
    const json = reportOf(
      it1('a', 'passed'),
      it1('b', 'passed', { LeafNodeLabels: null, ContainerHierarchyLabels: [['Conformance'], null] }),
      it1('c', 'passed', { LeafNodeLabels: ['Slow'] }),
    )
    assert.deepEqual(
      specsOf(json, 'Conformance').map(({ name }) => name),
      ['[sig-node] Pods a', '[sig-node] Pods b'],
    )
  })

  it('reads a run without any specs', () => {
    assert.deepEqual(specsOf(JSON.stringify([{ SpecReports: null }])), [])
  })

  it('takes a spec from the run that ran it', () => {
    const runs = [
      [spec('a', 'passed'), spec('b', 'not run')],
      [spec('a', 'not run'), spec('b', 'failed')],
    ]
    assert.deepEqual(merged(runs), [spec('a', 'passed'), spec('b', 'failed')])
  })

  it('finds what is broken and what is gained', () => {
    const specs = [spec('a', 'passed'), spec('b', 'failed'), spec('c', 'passed'), spec('d', 'not run')]
    const passing = new Set(['a', 'b', 'd', 'gone'])
    assert.deepEqual(judge(specs, passing, false), { broken: ['b'], gained: ['c'] })
    assert.deepEqual(judge(specs, passing, true), { broken: ['b', 'd', 'gone'], gained: ['c'] })
  })

  it('keeps a list sorted and once each', () => {
    const text = listText(['b', 'a', 'b'])
    assert.equal(text, 'a\nb\n')
    assert.deepEqual([...readList(`# why\n\n${text}`)], ['a', 'b'])
  })

  it('sums up by SIG', () => {
    const specs = [spec('a', 'passed'), spec('b', 'failed', 'apps'), spec('c', 'not run')]
    assert.equal(
      table(specs),
      [
        'sig   passed  failed  not run  seconds',
        'apps       0       1        0        1',
        'node       1       0        1        2',
        'all        1       1        1        3',
      ].join('\n'),
    )
  })

  it('refuses a Go that is missing or too old in one line', () => {
    assert.deepEqual(goVersion('go1.26.8'), E.right('1.26'))
    assert.deepEqual(goVersion('go2.0'), E.right('2.0'))
    const wanted = "go 1.25 or newer is needed to compile Kubernetes' suite"
    assert.deepEqual(goVersion('go1.24.1'), E.left(`${wanted}; this one is go1.24.1`))
    assert.deepEqual(goVersion(undefined), E.left(`${wanted}, and there is none on the PATH`))
  })
})
