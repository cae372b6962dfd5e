import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mayHoldSecret,
  RULE_TITLES,
  scanSecrets,
  type ScanOptions,
} from '../../../functions/analysis/redact/secrets.ts';

/** Put together here, so that scanners of repositories do not take the examples for leaks. */
const j = (...parts: string[]): string => parts.join('');
const LETTERS = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC2eF4hJ6kL8';

const REAL: [rule: string, text: string, secret: string, options?: ScanOptions][] = [
  ['aws-access-key', `id=${j('AKIA', 'IOSFODNN7EXAMPLE')};`, j('AKIA', 'IOSFODNN7EXAMPLE')],
  ['aws-access-key', j('ASIA', 'Y34FZKBOKMUTVV7A'), j('ASIA', 'Y34FZKBOKMUTVV7A')],
  [
    'aws-secret-key',
    `AWS_SECRET_ACCESS_KEY=${j('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY')}`,
    j('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY'),
  ],
  ['gcp-api-key', `key: ${j('AIza', LETTERS.slice(0, 35))}`, j('AIza', LETTERS.slice(0, 35))],
  ['gcp-oauth-token', j('ya29.', LETTERS), j('ya29.', LETTERS)],
  [
    'azure-storage-key',
    `AccountName=a;${j('AccountKey=', LETTERS, LETTERS.slice(0, 10), '==')};`,
    j(LETTERS, LETTERS.slice(0, 10), '=='),
  ],
  ['azure-sas', `https://a.blob.core.windows.net/c?se=1&${j('sig=', LETTERS, 'xyz%3D')}`, j(LETTERS, 'xyz%3D')],
  ['github-token', `x ${j('ghp_', LETTERS.slice(0, 36))} y`, j('ghp_', LETTERS.slice(0, 36))],
  ['github-token', j('github_pat_', LETTERS), j('github_pat_', LETTERS)],
  ['gitlab-token', j('glpat-', LETTERS.slice(0, 20)), j('glpat-', LETTERS.slice(0, 20))],
  ['slack-token', j('xoxb-', '123456789012-', LETTERS), j('xoxb-', '123456789012-', LETTERS)],
  [
    'slack-token',
    j('https://hooks.slack.com/services/', 'T0000AAAA/B0000BBBB/', LETTERS.slice(0, 24)),
    j('T0000AAAA/B0000BBBB/', LETTERS.slice(0, 24)),
  ],
  ['npm-token', j('npm_', LETTERS.slice(0, 36)), j('npm_', LETTERS.slice(0, 36))],
  ['stripe-key', j('sk_live_', LETTERS.slice(0, 24)), j('sk_live_', LETTERS.slice(0, 24))],
  ['model-api-key', j('sk-', LETTERS), j('sk-', LETTERS)],
  [
    'jwt',
    `cookie ${j('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0.', 'abc-DEF_123')};`,
    j('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0In0.', 'abc-DEF_123'),
  ],
  ['authorization-header', `Authorization: Bearer ${LETTERS}`, LETTERS],
  ['authorization-header', `"authorization":"Basic dXNlcjpwYXNzd29yZDE="`, 'dXNlcjpwYXNzd29yZDE='],
  ['password-assignment', `DB_PASSWORD=hunter2-Trustno1`, 'hunter2-Trustno1'],
  ['password-assignment', `{"clientSecret": "abcdefGH12"}`, 'abcdefGH12'],
  ['connection-string', 'postgres://app:S3cret!pw@db.internal:5432/x', 'S3cret!pw'],
  ['connection-string', 'amqp://u:p@ss@host/', 'p@ss'],
  ['private-key', j('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIEow\n-----END RSA ', 'PRIVATE KEY-----'), '\nMIIEow\n'],
  ['private-key', j('-----BEGIN ', 'PRIVATE KEY-----\nMIIEow and then it was cut'), '\nMIIEow and then it was cut'],
  ['mail', 'sent to Anna.Muster+x@mail.example.org, thanks', 'Anna.Muster+x@mail.example.org'],
  ['mail', '/users?mail=bob@example.com&x', 'bob@example.com'],
  ['ipv4', 'peer 10.18.110.14:8080', '10.18.110.14', { ipv4: true }],
  [
    'random-id',
    'session:550e8400-e29b-41d4-a716-446655440000',
    '550e8400-e29b-41d4-a716-446655440000',
    { randomIds: true },
  ],
  ['random-id', 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e', { randomIds: true }],
];

const HARMLESS: [string, ScanOptions?][] = [
  ['/app/node_modules/.pnpm/lodash@4.17.21/node_modules/lodash/index.js'],
  ['@types/node@20.1.0'],
  ['import x from "preact@10.js"'],
  ['user@localhost'],
  ['icon@2x.png'],
  ['postgres://localhost:5432/x'],
  ['postgres://app:${DB_PASSWORD}@db/x'],
  ['https://example.com/path?x=a:b@c'],
  ['password: undefined'],
  ['password = process.env.PASSWORD'],
  ['passwordField'],
  ['The bearer of bad news came'],
  ['AKIAshort'],
  ['XAKIAIOSFODNN7EXAMPLEX'],
  ['sk-navigation-menu-item-active'],
  ['eyJhbGciOiJIUzI1NiJ9 without dots'],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
  ['version 1.2.3', { ipv4: true }],
  ['300.1.1.1', { ipv4: true }],
  ['1.2.3.4.5', { ipv4: true }],
  ['0'.repeat(40), { randomIds: true }],
  ['system / UncompiledDataWithoutPreparseData', { randomIds: true }],
  ['com.example.Service$$Lambda$14+0x0000000800c03000', { randomIds: true }],
  ['10.18.110.14 is only looked for when asked'],
];

describe('scanSecrets', () => {
  it.each(REAL)('%s: %s', (rule, text, secret, options = {}) => {
    const found = scanSecrets(text, options);
    expect(found.map((match) => [match.rule, text.slice(match.start, match.end)])).toContainEqual([rule, secret]);
    expect(mayHoldSecret(text, options)).toBe(true);
  });

  it.each(HARMLESS)('nothing in: %s', (text, options = {}) => {
    expect(scanSecrets(text, options)).toEqual([]);
  });

  it('has an example of every rule', () => {
    expect(new Set(REAL.map(([rule]) => rule))).toEqual(new Set(RULE_TITLES.keys()));
  });

  it('gives matches in order, inside of the text, without overlaps', () => {
    const piece = fc.oneof(fc.constantFrom(...REAL.map(([, text]) => text)), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        let end = 0;
        for (const match of scanSecrets(text, { ipv4: true, randomIds: true })) {
          expect(match.start).toBeGreaterThanOrEqual(end);
          expect(match.end).toBeGreaterThan(match.start);
          end = match.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });

  // Two million characters each: quadratic work on any of them takes minutes, and the runner stops it.
  it.each([
    'eyJ',
    'eyJaaaaaaaa.',
    'AKIA',
    '-----BEGIN PRIVATE KEY-----',
    '@',
    'a@',
    'a.b@',
    'a',
    '://a:',
    'x://',
    'bearer ',
    'password=',
    'aws_secret_key=',
    'sig=?',
    '1.',
    'a-',
    'sk-',
    'authorization: basic ',
    'abcdef0123456789',
    'xoxb-1-',
    '_',
  ])('is linear on a text of nothing but %s', (unit) => {
    const text = unit.repeat(Math.ceil(2_000_000 / unit.length));
    expect(scanSecrets(text, { ipv4: true, randomIds: true }).length).toBeGreaterThanOrEqual(0);
    expect(scanSecrets(`${text}@password`, { ipv4: true, randomIds: true }).length).toBeGreaterThanOrEqual(0);
  });
});
