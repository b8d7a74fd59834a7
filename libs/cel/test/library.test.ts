import { deepStrictEqual, ok } from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { evaluated, isTrue } from './evaluated.ts'

const result = (source: string): unknown => {
  const { result: found } = evaluated(source)
  return E.isRight(found) ? isTrue(found.right) : found.left.message
}

/** Expressions that are true, as Kubernetes' libraries have it. */
const holds = (...sources: readonly string[]): void =>
  deepStrictEqual(
    sources.map(source => [source, result(source)]),
    sources.map(source => [source, true]),
  )
const fails = (source: string, message: RegExp): void => {
  const found = result(source)
  ok(typeof found === 'string' && message.test(found), `${source}: ${JSON.stringify(found)}`)
}

describe("Kubernetes' functions", () => {
  it('count and compare quantities', () => {
    holds(
      "isQuantity('1.3Gi')",
      "!isQuantity('1.3GB')",
      "quantity('50k').isInteger()",
      "quantity('50k').asInteger() == 50000",
      "!quantity('0.5').isInteger()",
      "quantity('0.5').asApproximateFloat() == 0.5",
      "quantity('1G').isGreaterThan(quantity('0.9G'))",
      "quantity('1M').isLessThan(quantity('1Mi'))",
      "quantity('1000m').compareTo(quantity('1')) == 0",
      "quantity('2').compareTo(quantity('1')) == 1",
      "quantity('-3').sign() == -1",
      "quantity('50k').add(20) == quantity('50020')",
      "quantity('50k').sub(quantity('1k')) == quantity('49k')",
    )
    fails("quantity('nothing') == quantity('1')", /quantities must match|unable to parse quantity/)
    fails("quantity('0.5').asInteger() == 0", /cannot convert value to integer/)
  })

  it('read addresses and ranges of addresses', () => {
    holds(
      "isIP('::1')",
      "!isIP('127.0.0')",
      "!isIP('::ffff:1.2.3.4')",
      "ip('192.168.0.1').family() == 4",
      "ip('fe80::1').family() == 6",
      "ip('127.0.0.1').isLoopback()",
      "ip('0.0.0.0').isUnspecified()",
      "ip('169.254.1.1').isLinkLocalUnicast()",
      "ip('224.0.0.1').isLinkLocalMulticast()",
      "ip('10.0.0.1').isGlobalUnicast()",
      "ip.isCanonical('2001:db8::abcd')",
      "!ip.isCanonical('2001:DB8::ABCD')",
      "ip('2001:db8::1') == ip('2001:0db8:0:0:0:0:0:1')",
      "string(ip('10.0.0.1')) == '10.0.0.1'",
      "isCIDR('10.0.0.0/8')",
      "!isCIDR('10.0.0.0/33')",
      "cidr('192.168.0.0/24').containsIP('192.168.0.9')",
      "!cidr('192.168.0.0/24').containsIP(ip('192.168.1.9'))",
      "cidr('192.168.0.0/16').containsCIDR('192.168.4.0/24')",
      "cidr('192.168.4.9/24').ip() == ip('192.168.4.9')",
      "cidr('192.168.4.9/24').masked() == cidr('192.168.4.0/24')",
      "cidr('10.0.0.0/8').prefixLength() == 8",
    )
    fails("ip('1.2.3') == ip('1.2.3.4')", /IP Address .* parse error|ParseAddr/)
  })

  it('take addresses of the web apart', () => {
    holds(
      "isURL('https://example.com:80/path')",
      "isURL('/path')",
      "!isURL('https:// no')",
      "url('https://user@example.com:80/a b?x=1&x=2&y=%20').getScheme() == 'https'",
      "url('https://example.com:80/').getHost() == 'example.com:80'",
      "url('https://example.com:80/').getHostname() == 'example.com'",
      "url('https://[::1]:80/').getHostname() == '::1'",
      "url('https://example.com:80/').getPort() == '80'",
      "url('https://example.com/').getPort() == ''",
      "url('https://example.com/path with spaces/').getEscapedPath() == '/path%20with%20spaces/'",
      "url('https://example.com/?x=1&x=2').getQuery() == {'x': ['1', '2']}",
    )
    fails("url('https:// no').getPort() == ''", /URL parse error/)
  })

  it('match and find with regular expressions', () => {
    holds(
      "'abc 123'.find('[0-9]+') == '123'",
      "'abc'.find('[0-9]+') == ''",
      "'123 abc 456'.findAll('[0-9]+') == ['123', '456']",
      "'123 abc 456'.findAll('[0-9]+', 1) == ['123']",
    )
  })

  it('know formats of names', () => {
    holds(
      "!format.dns1123Label().validate('a-name').hasValue()",
      "format.dns1123Label().validate('A_name').hasValue()",
      "!format.named('dns1123Subdomain').value().validate('a.name').hasValue()",
      "!format.named('no-such').hasValue()",
      "!format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()",
      "format.uri().validate('no uri').hasValue()",
    )
  })

  it('compare semantic versions', () => {
    holds(
      "isSemver('1.0.0-alpha.1')",
      "!isSemver('v1.0')",
      "isSemver('v1.0', true)",
      "semver('1.2.3').compareTo(semver('1.2.4')) == -1",
      "semver('1.0.0').isGreaterThan(semver('1.0.0-rc.1'))",
      "semver('1.0.0').isLessThan(semver('1.1.0'))",
      "semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3",
      "semver('v01.2', true) == semver('1.2.0')",
    )
  })

  it('add up and order lists', () => {
    holds(
      '[1, 2, 3].sum() == 6',
      '[2, 1].min() == 1 && [2, 1].max() == 2',
      '[1, 1, 2].isSorted() && ![2, 1].isSorted()',
      "['a', 'b', 'a'].indexOf('a') == 0 && ['a', 'b', 'a'].lastIndexOf('a') == 2",
      'sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1])',
    )
    fails('[].min() == 1', /min called on empty list/)
  })
})
