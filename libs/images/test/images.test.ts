import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import fc from 'fast-check'
import { parseImageName, serveLayout } from '../src/index.ts'
import { directory, file, symlink } from '../src/file-tree.ts'
import type { FileTree } from '../src/file-tree.ts'
import { digestOf, mediaTypes, ociImage } from '../src/oci-image.ts'
import { addToLayout, layoutArchive, readLayout, writeLayout } from '../src/oci-layout.ts'
import { pauseImage } from '../src/pause-image.ts'
import { treeOf } from '../src/tar-reader.ts'
import { tarOf } from '../src/tar-writer.ts'

describe('an image name', () => {
  const full = (image: string): string => {
    const name = parseImageName(image)
    if (E.isLeft(name)) return name.left.replace(/.*": /, '')
    const { registry, repository, tag, digest } = name.right
    return `${registry}/${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`
  }
  const digest = `sha256:${'0'.repeat(64)}`
  const cases: [string, string][] = [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.7.9', 'docker.io/library/nginx:1.7.9'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['a/b', 'docker.io/a/b:latest'],
    ['localhost/pause:1', 'localhost/pause:1'],
    ['registry:5000/a/b_c:x', 'registry:5000/a/b_c:x'],
    ['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    ['UPPER', 'invalid reference format: repository name (library/UPPER) must be lowercase'],
    ['a//b', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    ['nginx:a b', 'invalid reference format'],
    ['', 'invalid reference format'],
    ['0'.repeat(64), `invalid repository name (${'0'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ]
  for (const [image, expected] of cases)
    it(`${JSON.stringify(image.slice(0, 40))} is ${expected.slice(0, 60)}`, () => assert.equal(full(image), expected))
})

describe('a tar stream', () => {
  const paths = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-', ' '), minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 4,
    })
    .map(parts => parts.join('/'))
  const trees = fc
    .uniqueArray(fc.tuple(paths, fc.uint8Array({ maxLength: 1500 })), { selector: ([path]) => path, maxLength: 8 })
    .map(entries => new Map(entries.map(([path, content]) => [path, file(Buffer.from(content))] as const)))
    // A file cannot be the directory of another.
    .filter(tree => [...tree.keys()].every(path => ![...tree.keys()].some(other => other.startsWith(`${path}/`))))

  it('gives the same bytes whatever the order in which the tree was made', () => {
    fc.assert(
      fc.property(trees, tree => {
        assert.ok(tarOf(tree).equals(tarOf(new Map([...tree].reverse()))))
      }),
      { numRuns: 50 },
    )
  })

  it('is read by the system’s tar, and back by ours', async () => {
    const long = `${'long-name/'.repeat(14)}file`
    const tree: FileTree = new Map([
      ['bin/tool', file('#!/bin/sh\n', 0o755)],
      ['bin/link', symlink('tool')],
      ['tmp', directory(0o1777)],
      [long, file('deep')],
    ])
    const listed = execFileSync('tar', ['-tvf', '-'], { input: tarOf(tree) }).toString()
    assert.match(listed, /-rwxr-xr-x 0\/0 +10 1970-01-01 .* bin\/tool\n/)
    assert.match(listed, /bin\/link -> tool\n/)
    assert.match(listed, /drwxrwxrwt .* tmp\/\n/)
    assert.ok(listed.includes(long))

    const unpacked = await mkdtemp(join(tmpdir(), 'pp-tar-'))
    execFileSync('tar', ['-x', '-C', unpacked, '-f', '-'], { input: tarOf(tree) })
    const gnu = execFileSync('tar', ['-c', '--format=gnu', '--numeric-owner', '-C', unpacked, '-f', '-', '.'])
    await rm(unpacked, { recursive: true })
    const again = treeOf(gnu)
    const deep = again.get(long)
    assert.equal(deep?.type === 'file' && deep.content.toString(), 'deep')
    assert.equal(again.get('bin/tool')?.mode, 0o755)
  })
})

describe('an image layout', () => {
  it('keeps what it holds when images are added, and replaces those of the same name', async () => {
    const root = await mkdtemp(join(tmpdir(), 'pp-layout-'))
    const imageOf = (text: string) => ociImage(new Map([['text', file(text)]]), {})
    await writeLayout(
      root,
      new Map([
        ['kept', imageOf('kept')],
        ['changed', imageOf('before')],
      ]),
    )
    await addToLayout(
      root,
      new Map([
        ['changed', imageOf('after')],
        ['new', imageOf('new')],
      ]),
    )
    const digests = [...(await readLayout(root))].map(([name, { digest }]) => [name, digest])
    await rm(root, { recursive: true })
    assert.deepEqual(digests, [
      ['kept', imageOf('kept').manifest.digest],
      ['changed', imageOf('after').manifest.digest],
      ['new', imageOf('new').manifest.digest],
    ])
  })
})

describe('a read-only registry', () => {
  const image = ociImage(new Map([['hello', file('world')]]), { Cmd: ['/hello'] })

  const served = async (run: (endpoint: string) => Promise<void>) => {
    const root = await mkdtemp(join(tmpdir(), 'pp-layout-'))
    await writeLayout(root, new Map([['hello', image]]))
    const registry = await serveLayout(root)
    try {
      await run(registry.endpoint)
    } finally {
      await registry.close()
      await rm(root, { recursive: true })
    }
  }

  it('answers any tag of a repository that it knows, with or without library/', () =>
    served(async endpoint => {
      for (const path of [
        'hello/manifests/1',
        'library/hello/manifests/latest',
        `hello/manifests/${image.manifest.digest}`,
      ]) {
        const head = await fetch(`${endpoint}/v2/${path}?ns=docker.io`, { method: 'HEAD' })
        assert.equal(head.status, 200)
        assert.equal(head.headers.get('docker-content-digest'), image.manifest.digest)
        assert.equal(head.headers.get('content-type'), mediaTypes.manifest)
        const body = Buffer.from(await (await fetch(`${endpoint}/v2/${path}`)).arrayBuffer())
        assert.equal(digestOf(body), image.manifest.digest)
        assert.equal(head.headers.get('content-length'), String(body.length))
      }
    }))

  it('gives every blob', () =>
    served(async endpoint => {
      for (const [digest, content] of image.blobs) {
        const got = await fetch(`${endpoint}/v2/hello/blobs/${digest}`)
        assert.ok(Buffer.from(await got.arrayBuffer()).equals(content))
      }
    }))

  it('knows nothing else, takes nothing, and leads to no other file', () =>
    served(async endpoint => {
      const statusOf = async (path: string, method = 'GET') => (await fetch(`${endpoint}${path}`, { method })).status
      assert.equal(await statusOf('/v2/'), 200)
      assert.equal(await statusOf('/v2/other/manifests/latest'), 404)
      assert.equal(await statusOf(`/v2/hello/manifests/sha256:${'0'.repeat(64)}`), 404)
      assert.equal(await statusOf(`/v2/hello/blobs/sha256:${'0'.repeat(64)}`), 404)
      assert.equal(await statusOf('/v2/hello/blobs/..%2f..%2findex.json'), 404)
      assert.equal(await statusOf('/elsewhere'), 404)
      assert.equal(await statusOf('/v2/hello/manifests/1', 'PUT'), 405)
    }))
})

describe('the pause image', () => {
  it('is the same each time, and refused for a processor without a program', () => {
    const [one, two] = [pauseImage('x64'), pauseImage('x64')]
    assert.ok(E.isRight(one) && E.isRight(two))
    const archive = (image: typeof one.right) => layoutArchive(new Map([['localhost/pause:1', image]]))
    assert.ok(archive(one.right).equals(archive(two.right)))
    const files = treeOf(archive(one.right))
    const entry = files.get('manifest.json')
    assert.ok(entry?.type === 'file')
    const [image] = JSON.parse(String(entry.content)) as [{ Config: string; RepoTags: string[]; Layers: string[] }]
    assert.deepEqual(image.RepoTags, ['localhost/pause:1'])
    for (const path of [image.Config, ...image.Layers]) assert.ok(files.has(path), path)
    assert.deepEqual(pauseImage('mips'), E.left('no pause program for mips'))
  })
})
