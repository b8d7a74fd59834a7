import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { readLogQuery } from '../../src/node-logs/log-query.ts'
import { journalWords } from '../../src/node-logs/journal.ts'

const read = (query: string) => readLogQuery(new URLSearchParams(query))

const refusal = (query: string): string => {
  const answer = read(query)
  return E.isLeft(answer) ? `${answer.left.code} ${answer.left.text}` : 'taken'
}

describe("a query of the node's logs", () => {
  it('is none without its words', () => {
    for (const none of ['', 'other=1', 'sinceTime=', 'pattern=']) assert.deepEqual(read(none), E.right(undefined))
  })

  it('names services, or a file, and what of them', () => {
    const options = { since: 1_767_225_600_000, until: 1_767_225_601_500, tail: 3, boot: -1, pattern: 'a.b' }
    assert.deepEqual(
      read(
        'query=kubelet&query=nats&sinceTime=2026-01-01T00:00:00Z&untilTime=2026-01-01T01:00:01.5%2B01:00&tailLines=3&boot=-1&pattern=a.b',
      ),
      E.right({ services: ['kubelet', 'nats'], options }),
    )
    assert.deepEqual(read('query=\\pods\\a.log'), E.right({ services: [], file: '/pods/a.log', options: {} }))
  })

  for (const [query, words] of [
    ['query=', '400 query: Invalid value: [""]: query cannot be empty'],
    ['query=%20', '400 query: Invalid value: [" "]: query cannot be empty'],
    ['query=a&sinceTime=yesterday', '400 sinceTime: Invalid value: "yesterday": invalid time format'],
    ['query=a&untilTime=2026-01-01', '400 untilTime: Invalid value: "2026-01-01": invalid time format'],
    ['query=a&boot=x', '400 boot: Invalid value: "x": strconv.Atoi: parsing "x": invalid syntax'],
    ['query=a&tailLines=1e3&boot=', '400 tailLines: Invalid value: "1e3": strconv.Atoi: parsing "1e3": invalid syntax'],
    ['tailLines=3', '406 query: Required value: cannot be empty with options'],
    ['query=a&boot=1', '406 boot: Invalid value: 1: must be less than 1'],
    ['query=a&tailLines=-1', '406 tailLines: Invalid value: -1: must be between 0 and 100000, inclusive'],
    ['query=a&tailLines=100001', '406 tailLines: Invalid value: 100001: must be between 0 and 100000, inclusive'],
    ['query=a.b', '406 query: Invalid value: "a.b": input contains unsupported characters'],
    ['query=a&query=/b', '406 query: Invalid value: "[/b], [a]": cannot specify a file and service'],
    ['query=/a&query=/b', '406 query: Invalid value: ["/a","/b"]: cannot specify more than one file'],
    ['query=/a&boot=0', '406 query: Invalid value: ["/a"]: cannot specify file with options'],
    ['query=a&query=b&query=c&query=d&query=e', '406 query: Too many: 5: must have at most 4 items'],
    [
      'query=a&sinceTime=2026-01-02T00:00:00Z&untilTime=2026-01-01T00:00:00Z&boot=2',
      '406 [untilTime: Invalid value: "2026-01-01T00:00:00.000Z": must be after `sinceTime`, boot: Invalid value: 2: must be less than 1]',
    ],
  ] as const)
    it(`is refused as ${words}`, () => assert.equal(refusal(query), words))

  it('is refused where its pattern is none, or takes too much', () => {
    assert.match(refusal('query=a&pattern=('), /^406 pattern: Invalid value: "\("/)
    assert.match(refusal('query=a&pattern=(a{1000}){1000}'), /^406 pattern: /)
  })

  it('asks the journal in words that nothing in them ends', () => {
    const options = { since: 1500, tail: 2, boot: 0, pattern: '--root=/ x' }
    const words = journalWords(['a', 'b@c'], options)
    assert.deepEqual(words.slice(4), [
      ...['--since=@1.500', '--lines=2', '--unit=a', '--unit=b@c', '--grep=--root=/ x', '--boot=0'],
    ])
  })
})
