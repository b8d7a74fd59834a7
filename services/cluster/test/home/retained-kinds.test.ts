import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { retainedKinds } from '../../src/home/retained-kinds.ts'

describe('how long the past of kinds can be read', () => {
  const { parse } = retainedKinds('PERIPLUS_RETAIN_KINDS', '')
  const hour = 3_600_000

  it('is for ever, or a time for each kind and for all others', () => {
    assert.deepEqual(parse(undefined), E.right(new Map()))
    assert.deepEqual(parse('none'), E.right(new Map()))
    assert.deepEqual(
      parse('events=1h, pods=1w,widgets.example.com=90m,jobs.batch=2d,*=30d'),
      E.right(
        new Map([
          ['events', { milliseconds: hour }],
          ['pods', { milliseconds: 7 * 24 * hour }],
          ['widgets.example.com', { milliseconds: 1.5 * hour }],
          ['jobs.batch', { milliseconds: 48 * hour }],
          ['*', { milliseconds: 30 * 24 * hour }],
        ]),
      ),
    )
  })

  it('is bounded by a number of events, and by bytes of them, as well', () =>
    assert.deepEqual(
      parse('events=1h/100000/64Mi,pods=2Gi/1w,jobs.batch=500,*=30d/1Ti'),
      E.right(
        new Map([
          ['events', { milliseconds: hour, events: 100_000, bytes: 64 * 2 ** 20 }],
          ['pods', { milliseconds: 7 * 24 * hour, bytes: 2 * 2 ** 30 }],
          ['jobs.batch', { events: 500 }],
          ['*', { milliseconds: 30 * 24 * hour, bytes: 2 ** 40 }],
        ]),
      ),
    ))

  it('is refused where it cannot be, in words', () => {
    const refused = (text: string): string => {
      const read = parse(text)
      assert.ok(E.isLeft(read), text)
      return read.left
    }
    assert.match(
      refused('events'),
      /"events" is no kind and how much of its past is kept: .* such as pods=1w or pods=1w\/500000\/2Gi/,
    )
    assert.match(refused('events=1y'), /is no kind and how much/)
    assert.match(refused(''), /is no kind and how much/)
    assert.match(refused('events=1m'), /events=1m is not between 2 minutes/)
    assert.match(refused('events=99'), /events=99 is not between 100 events and 1000000000/)
    assert.match(refused('pods=1w/101Ti'), /pods=1w\/101Ti is not between 1Mi of bytes and 100Ti/)
    assert.match(refused('pods=0Gi'), /pods=0Gi is not between 1Mi of bytes/)
    for (const text of ['pods=1G', 'pods=1w/', 'pods=/500', 'pods=1w 500', 'pods=1e6'])
      assert.match(refused(text), /is no kind and how much/)
    assert.match(refused('pods=1w/2d'), /pods=1w\/2d says a time, .* more than once/)
    assert.match(refused('pods=500/600'), /more than once/)
    assert.match(refused('Events=1h'), /"Events" is no resource/)
    assert.match(refused('evens=1h'), /"evens" is no resource, such as pods/)
    assert.match(refused('events.events.k8s.io=1h'), /events.events.k8s.io are kept as events/)
    assert.match(refused('events=1h,events=2h'), /names a kind more than once/)
    assert.match(refused('pods=31d,*=30d'), /pods would be kept longer than all others/)
    for (const lasting of [
      'namespaces',
      'roles.rbac.authorization.k8s.io',
      'customresourcedefinitions.apiextensions.k8s.io',
    ])
      assert.match(refused(`${lasting}=1h`), /the past is read by them/)
    const many = Array.from({ length: 17 }, (_, i) => `w${i}.example.com=1h`).join()
    assert.match(refused(many), /names more than 16 kinds/)
  })
})
