import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotGoOn } from '@periplus/cluster'
import { manifestsIn, readManifests } from '../src/manifests/read-manifests.ts'

const one = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`
const names = (text: string): readonly (string | undefined)[] =>
  manifestsIn(text, 'a file').map(({ object }) => object.metadata?.name)

describe('manifests', () => {
  it('are the documents of a file, and what is in lists', () => {
    assert.deepEqual(names(`---\n${one('a')}\n---\n---\n${one('b')}\n`), ['a', 'b'])
    const list = `{apiVersion: v1, kind: List, items: [${one('a')}, {apiVersion: v1, kind: ConfigMapList, items: [${one('b')}]}]}`
    assert.deepEqual(names(list), ['a', 'b'])
    assert.deepEqual(names('# nothing\n'), [])
  })

  it('keep numbers that a double has no room for', () => {
    const [manifest] = manifestsIn(`{apiVersion: v1, kind: X, spec: {number: 9007199254740993}}`, 'a file')
    assert.equal((manifest?.object as { spec?: { number?: unknown } }).spec?.number, 9007199254740993n)
  })

  it('are refused in words where they are none', () => {
    for (const [text, words] of [
      ['{a: 1', /^a file: /],
      ['[1]', /a file: an object of Kubernetes has an apiVersion and a kind/],
      ['{kind: ConfigMap}', /an apiVersion and a kind/],
      ['a: &a [x]\nb: [*a, *a, *a]\nkind: 1', /an apiVersion and a kind/],
    ] as const)
      assert.throws(
        () => manifestsIn(text, 'a file'),
        (error: unknown) => error instanceof CannotGoOn && words.test(error.message),
      )
  })

  it('of a directory are those of its files of YAML and JSON, by name', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pp-manifests-'))
    try {
      for (const [file, text] of [
        ['b.yaml', one('b')],
        ['a.json', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })],
        ['README.md', 'not this'],
      ] as const)
        writeFileSync(join(directory, file), text)
      assert.deepEqual(
        readManifests([directory]).map(({ object }) => object.metadata?.name),
        ['a', 'b'],
      )
      assert.throws(() => readManifests([join(directory, 'c')]), /does not exist/)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
